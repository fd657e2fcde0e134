"""Prints torchvision_networks.json: what torchvision's networks give for weights and images by the formula of README.md, in float64,
and what their published sizes are. Needs PyTorch and torchvision: python3 torchvision_networks.py > torchvision_networks.json"""

import hashlib
import json
import math
from functools import partial

import numpy as np
import torch
from torch import nn
import torchvision
import torchvision.models as tv
from torchvision.models.convnext import CNBlockConfig, ConvNeXt
from torchvision.models.regnet import BlockParams, RegNet
from torchvision.models.swin_transformer import SwinTransformer


def unit(key, count):
    h = 2166136261
    for b in key.encode():
        h = ((h ^ b) * 16777619) & 0xFFFFFFFF
    x = (h + np.arange(count, dtype=np.uint64) * 2654435761) & 0xFFFFFFFF
    x ^= x >> np.uint64(16)
    x = (x * 0x7FEB352D) & 0xFFFFFFFF
    x ^= x >> np.uint64(15)
    x = (x * 0x846CA68B) & 0xFFFFFFFF
    x ^= x >> np.uint64(16)
    return x / 4294967296.0 - 0.5


def tensor(key, shape, scale=1.0, shift=0.0):
    values = (unit(key, math.prod(shape)) * scale + shift).astype(np.float32)
    return torch.from_numpy(values.reshape(shape)).double()


def fill(model, case):
    for key, value in model.state_dict().items():
        if not value.is_floating_point():
            continue
        if value.ndim >= 2:
            scale, shift = math.sqrt(12 / math.prod(value.shape[1:])), 0
        elif key.endswith("running_var"):
            scale, shift = 0.5, 1.25
        elif key.endswith("weight"):
            scale, shift = 0.2, 1
        else:
            scale, shift = 0.2, 0
        value.copy_(tensor(f"{case}.{key}", value.shape, scale, shift))


def number(x):
    return float(f"{float(x):.12g}")


def stats(x):
    x = x.detach().double().contiguous().flatten()
    return [number(x.mean()), number(x.abs().mean()), number(x.std(unbiased=False)), number(x[0]), number(x[-1])]


def features(model, images):
    """What the classifier gets: torchvision's own forward with the classifier cut off."""
    if isinstance(model, ConvNeXt):
        model.classifier = nn.Sequential(model.classifier[0], nn.Flatten(1))
    elif isinstance(model, SwinTransformer):
        model.head = nn.Identity()
    elif isinstance(model, RegNet):
        model.fc = nn.Identity()
    else:
        model.classifier = nn.Identity()
    return model(images)


def case(name, model, side, parts):
    model = model.double()
    with torch.no_grad():
        fill(model, name)
    images = tensor(f"{name}.images", [3, 3, *side], 2)
    maps = {}
    for part in parts:
        def keep(_, __, output, part=part):
            maps[part] = output
        model.get_submodule(part).register_forward_hook(keep)
    model.eval()
    with torch.no_grad():
        out = features(model, images)
    result = {"images": [3, 3, *side], "maps": {k: [list(v.shape), stats(v)] for k, v in maps.items()}, "features": stats(out)}
    model.train()
    out = features(model, images)
    loss = (out * tensor(f"{name}.probe", out.shape)).sum()
    loss.backward()
    result["trained"] = stats(out)
    result["loss"] = number(loss)
    result["gradients"] = {k: stats(p.grad) for k, p in model.named_parameters() if p.grad is not None}
    result["buffers"] = {k: stats(b) for k, b in model.named_buffers() if "running_" in k}
    return result


def published(build, weights=None, device="meta"):
    with torch.device(device):
        model = build()
    state = model.state_dict()
    if weights is not None:
        assert sum(p.numel() for p in model.parameters()) == weights.meta["num_params"]
    own = {k: v for k, v in state.items() if k.startswith("classifier.0") or k.split(".")[0] not in ("classifier", "head", "fc")}
    if not isinstance(model, ConvNeXt):
        own = {k: v for k, v in own.items() if not k.startswith("classifier")}
    trained = {k for k, _ in model.named_parameters()}
    lines = sorted(f"{k} {'x'.join(map(str, v.shape))}" for k, v in own.items())
    return {
        "parameters": sum(v.numel() for k, v in own.items() if k in trained),
        "keys": hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16],
        "gigaOps": weights.meta["_ops"] if weights is not None else None,
    }


def all_published():
    sizes = {}
    for size in ("tiny", "small", "base", "large"):
        sizes[f"convnext-{size}"] = published(getattr(tv, f"convnext_{size}"), getattr(tv, f"ConvNeXt_{size.title()}_Weights").DEFAULT)
    for size, short in (("tiny", "t"), ("small", "s"), ("base", "b")):
        sizes[f"swin-{size}"] = published(getattr(tv, f"swin_{short}"), getattr(tv, f"Swin_{short.upper()}_Weights").DEFAULT)
    sizes["swin-large"] = published(partial(SwinTransformer, [4, 4], 192, [2, 2, 18, 2], [6, 12, 24, 48], [7, 7]))
    for kind in "xy":
        for size in ("400mf", "800mf", "1.6gf", "3.2gf", "8gf", "16gf", "32gf"):
            theirs = size.replace(".", "_")
            sizes[f"regnet{kind}-{size}"] = published(
                getattr(tv, f"regnet_{kind}_{theirs}"), getattr(tv, f"RegNet_{kind.upper()}_{theirs.upper()}_Weights").DEFAULT,
                device="cpu")  # widths are computed with tensors
    for size in ("small", "large"):
        sizes[f"mobilenet-v3-{size}"] = published(
            getattr(tv, f"mobilenet_v3_{size}"), getattr(tv, f"MobileNet_V3_{size.title()}_Weights").DEFAULT)
    return sizes


torch.manual_seed(0)
cnext = [CNBlockConfig(16, 32, 2), CNBlockConfig(32, 64, 1), CNBlockConfig(64, None, 2)]
print(json.dumps({
    "torchvision": torchvision.__version__,
    "published": all_published(),
    "convnext": case("convnext", ConvNeXt(cnext), (40, 28), ["features.0", "features.1", "features.3", "features.5"]),
    "swin": case(
        "swin", SwinTransformer([4, 4], 16, [2, 2, 2], [2, 4, 8], [4, 4], stochastic_depth_prob=0.0), (40, 54),
        ["features.0", "features.1", "features.3", "features.5", "norm"]),
    "regnet-y": case(
        "regnet-y", RegNet(BlockParams.from_init_params(5, 16, 16.0, 2.0, 8, se_ratio=0.25)), (40, 36),
        ["stem", "trunk_output.block1", "trunk_output.block2", "trunk_output.block3"]),
    "regnet-x": case("regnet-x", RegNet(BlockParams.from_init_params(5, 16, 16.0, 2.0, 8)), (40, 36), ["stem", "trunk_output.block1"]),
    "mobilenet-small": case("mobilenet-small", tv.mobilenet_v3_small(width_mult=0.25), (48, 36), ["features.0", "features.3", "features.12"]),
    "mobilenet-large": case("mobilenet-large", tv.mobilenet_v3_large(width_mult=0.25), (48, 36), ["features.0", "features.3", "features.16"]),
}, separators=(",", ":")).replace('},"', '},\n"').replace('],"', '],\n"'))
