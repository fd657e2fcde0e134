#!/usr/bin/env bash
# What a change must pass: code style, a build without warnings, all tests. Ends with "N passed, N failed, N skipped".
set -uo pipefail
cd "$(dirname "$0")"
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Some tests need what the system may not have: they say that they are skipped.
for library in libturbojpeg libtcmalloc_minimal; do
  ldconfig -p 2>/dev/null | grep -q "$library" || echo "$library is not installed: the tests that use it are skipped."
done
for launcher in mpirun.openmpi mpirun.mpich; do
  command -v "$launcher" >/dev/null || echo "$launcher is not installed: the tests that use it are skipped."
done

dotnet restore SslFramework.sln || exit 1
dotnet format SslFramework.sln --no-restore --verify-no-changes || { echo "Run 'dotnet format SslFramework.sln'."; exit 1; }
dotnet build -c Release --no-restore SslFramework.sln || exit 1

# The machine: processor, instructions and caches as libtorch believes, and whether it convolves rightly.
artifacts/bin/SslFramework.Host/release/ssl doctor

# The README's test command.
dotnet test -c Release 2>&1 | tee "$log"
status=${PIPESTATUS[0]}

count() { sed -n "s/^ *$1: *\([0-9]*\).*/\1/p" "$log" | tail -n 1; }
passed=$(count succeeded)
failed=$(count failed)
skipped=$(count skipped)
if [ "${passed:-0}" -eq 0 ] && [ "$status" -eq 0 ]; then status=1; fi

# The papers' numbers again, with other kernels than this processor's, and as on a machine that hides its caches.
goldens() {
  echo "Goldens with $1"
  env "$1" artifacts/bin/SslFramework.Tests/release/SslFramework.Tests --filter "FullyQualifiedName~Golden" || status=1
}
goldens ONEDNN_MAX_CPU_ISA=AVX2
goldens SSL_CACHES=hidden
echo "${passed:-0} passed, ${failed:-1} failed, ${skipped:-0} skipped"
exit "$status"
