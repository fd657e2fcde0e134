#!/usr/bin/env bash
# Prints a hash of everything that a seed decides in a short run of each method: metrics, optimizer, network, exported backbone.
# Equal output before and after a change means that the change moved no number (on one kind of processor).
#   build/bits.sh > before.txt      # at the commit before
#   build/bits.sh | diff before.txt -
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
ssl=${1:-$root/artifacts/bin/SslFramework.Host/release/ssl}
runs=$(mktemp -d)
trap 'rm -rf "$runs"' EXIT
residual=(--set backbone.width=4 --set "backbone.blocksPerStage=[1,1]")
transformer=(--set backbone.dimension=24 --set backbone.depth=1)
halves=(--set backbone.half.width=4 --set "backbone.half.blocksPerStage=[1,1]")
inner=(--set backbone.inner.width=4 --set "backbone.inner.blocksPerStage=[1,1]")
places=(--set backbone.width=4 --set backbone.dimension=32)

images=(--set data.take=64)
colors=(--set 'data={"name":"synthetic","count":64,"size":32,"channels":3}')
patches=(--set data.source.take=64 --set data.count=64)

while read -r method sources backbone; do
  declare -n data=$sources network=$backbone
  "$ssl" train "$(find "$root/host/experiments" "$root/plugins" -path "*experiments/$method.json")" --runs "$runs" --no-report --quiet \
    --set name="$method" --set precision=fp32 --set threads=1 "${data[@]}" --set evaluation=null "${network[@]}" \
    --set training.batchSize=8 --set training.accumulation=1 --set training.epochs=4 --set training.logEvery=1 >/dev/null
  cd "$runs/$method"
  sha256sum metrics.jsonl backbone.safetensors checkpoints/*/*.safetensors | sed "s|  |  $method/|"
done <<'END'
exemplar-fashion-mnist patches residual
context-fashion-mnist images residual
quickstart images residual
moco-v1-fashion-mnist images residual
moco-v3-fashion-mnist images residual
simclr-fashion-mnist images residual
mae-fashion-mnist images transformer
swav-fashion-mnist images residual
byol-fashion-mnist images residual
simsiam-fashion-mnist images residual
barlow-twins-fashion-mnist images residual
vicreg-fashion-mnist images residual
dino-fashion-mnist images residual
dinov2-fashion-mnist images transformer
lejepa-fashion-mnist images residual
jigsaw-fashion-mnist images residual
counting-fashion-mnist images residual
context-encoder-fashion-mnist images residual
instance-discrimination-fashion-mnist images residual
local-aggregation-fashion-mnist images residual
deep-cluster-fashion-mnist images residual
pirl-fashion-mnist images residual
cmc-emoji colors halves
cpc-fashion-mnist images inner
amdim-fashion-mnist images places
simmim-fashion-mnist images transformer
i-jepa-fashion-mnist images transformer
beit-fashion-mnist images transformer
colorization-emoji colors inner
split-brain-emoji colors halves
bigan-fashion-mnist images residual
bigbigan-fashion-mnist images residual
igpt-fashion-mnist images transformer
END
