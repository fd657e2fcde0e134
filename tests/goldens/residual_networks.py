"""Writes residual_networks.json: torchvision's residual networks beside ResNet-18 and 50, by the formula of README.md.

    python3 residual_networks.py > residual_networks.json
"""
import hashlib
import json
import sys

import torch
from torchvision.models import resnet


def unit(key, count):
    h = 2166136261
    for byte in key.encode():
        h = ((h ^ byte) * 16777619) & 0xFFFFFFFF
    x = (h + torch.arange(count, dtype=torch.int64) * 2654435761) & 0xFFFFFFFF
    x = ((x ^ (x >> 16)) * 0x7FEB352D) & 0xFFFFFFFF
    x = ((x ^ (x >> 15)) * 0x846CA68B) & 0xFFFFFFFF
    x = x ^ (x >> 16)
    return x.double() / 2**32 - 0.5


def tensor(key, shape, scale=1.0, shift=0.0):
    count = 1
    for size in shape:
        count *= size
    return (unit(key, count) * scale + shift).float().view(shape)


def set_weights(network, case):
    with torch.no_grad():
        for key, value in network.state_dict().items():
            if not value.is_floating_point():
                continue
            if value.ndim >= 2:
                scale, shift = (12 / (value.numel() / value.shape[0])) ** 0.5, 0.0
            elif key.endswith("running_var"):
                scale, shift = 0.5, 1.25
            elif key.endswith("weight"):
                scale, shift = 0.2, 1.0
            else:
                scale, shift = 0.2, 0.0
            value.copy_(tensor(f"{case}.{key}", value.shape, scale, shift))


def stats(value):
    flat = value.detach().double().flatten()
    return {
        "shape": list(value.shape),
        "mean": flat.mean().item(),
        "abs_mean": flat.abs().mean().item(),
        "std": flat.std(unbiased=False).item(),
        "head": [float(f"{v:.9g}") for v in flat[:16].tolist()],
    }


def described(network):
    keys = sorted(key for key in network.state_dict() if not key.startswith("fc."))
    return {
        "parameters": sum(p.numel() for p in network.parameters()),
        "keys": len(keys),
        "keys_sha256": hashlib.sha256("\n".join(keys).encode()).hexdigest(),
    }


def case(name, network):
    entry = described(network)
    set_weights(network, name)
    network.eval()
    x = tensor("images", [2, 3, 64, 64], 2)
    x = network.maxpool(network.relu(network.bn1(network.conv1(x))))
    entry["eval"] = {}
    for stage in (1, 2, 3, 4):
        x = getattr(network, f"layer{stage}")(x)
        entry["eval"][f"layer{stage}"] = stats(x)
    features = x.mean([2, 3])
    entry["eval"]["features"] = stats(features)
    loss = (features * tensor("probe", features.shape)).sum()
    loss.backward()
    entry["eval"]["loss"] = loss.item()
    wanted = ["conv1.weight", "layer2.0.downsample.0.weight", "layer3.1.conv2.weight", "layer4.1.bn2.weight"]
    entry["eval"]["grads"] = {name: stats(dict(network.named_parameters())[name].grad) for name in wanted}
    return entry


torch.manual_seed(0)
cases = {
    "resnext50": case("resnext50", resnet.resnext50_32x4d(weights=None)),
    "wide-resnet50": case("wide-resnet50", resnet.wide_resnet50_2(weights=None)),
}
with torch.device("meta"):
    cases["resnet101"] = described(resnet.resnet101(weights=None))
    cases["resnet152"] = described(resnet.resnet152(weights=None))
    cases["resnet200"] = described(resnet.ResNet(resnet.Bottleneck, [3, 24, 36, 3]))
    cases["resnext101_32x8d"] = described(resnet.resnext101_32x8d(weights=None))
    cases["wide_resnet101_2"] = described(resnet.wide_resnet101_2(weights=None))
json.dump(cases, sys.stdout, indent=1)
print()
