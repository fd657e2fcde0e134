#!/usr/bin/env bash
# Makes host/data/emoji: two packages of npm, the pictures that Emoji.cs draws of them, and a pack of each part.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for vendor in google twitter; do
  package=$(cd "$work" && npm pack --silent "emoji-datasource-$vendor@16.0.0")
  mkdir "$work/$vendor"
  tar xzf "$work/$package" -C "$work/$vendor" --exclude='*sheets*'
done

dotnet run build/Emoji.cs -- "$work" "$work/pictures"
for part in train test; do
  dotnet run -c Release --project host/SslFramework.Host -- data pack "$work/pictures/$part" "host/data/emoji/$part.pack" --force
done
