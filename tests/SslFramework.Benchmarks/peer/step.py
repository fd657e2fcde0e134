"""The peer's side of the step benchmark: python3 step.py METHOD SIZE PRECISION BATCH STEPS THREADS [cpu|cuda]

One training step of each method in plain PyTorch, set up as a careful user does: channels last for convolutions, autocast for
bf16, fused optimizers, one operation for the momentum encoder. Views are made once, before the clock starts. Prints milliseconds
a step (mean, after three to warm up, and up to as many as are timed in the first two seconds), the most memory that it took in bytes, and its version.
"""

import copy
import itertools
import resource
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

method, size, precision, batch, steps, threads = sys.argv[1:4] + [int(a) for a in sys.argv[4:7]]
device = sys.argv[7] if len(sys.argv) > 7 else "cpu"
torch.set_default_device(device)
torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = precision == "tf32"  # convolutions would be in it by default
torch.set_num_threads(threads)
torch.manual_seed(1)
side, channels = {"tiny": (28, 1), "small": (32, 3)}.get(size, (224, 3))


class Block(nn.Module):
    def __init__(self, inputs, width, stride, bottleneck):
        super().__init__()
        out = 4 * width if bottleneck else width
        shapes = [(inputs, width, 1, 1), (width, width, 3, stride), (width, out, 1, 1)] if bottleneck else [
            (inputs, width, 3, stride), (width, out, 3, 1)]
        self.convs = nn.ModuleList(nn.Conv2d(i, o, k, s, k // 2, bias=False) for i, o, k, s in shapes)
        self.norms = nn.ModuleList(nn.BatchNorm2d(o) for _, o, _, _ in shapes)
        self.shortcut = None if stride == 1 and inputs == out else nn.Sequential(
            nn.Conv2d(inputs, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        y = x
        for i, (conv, norm) in enumerate(zip(self.convs, self.norms)):
            y = norm(conv(y))
            if i + 1 < len(self.convs):
                y = F.relu(y, inplace=True)
        y += x if self.shortcut is None else self.shortcut(x)
        return F.relu(y, inplace=True)


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        width, blocks, bottleneck = {
            "tiny": (16, [1, 1, 1, 1], False), "small": (64, [2, 2, 2, 2], False), "large": (64, [3, 4, 6, 3], True)}[size]
        large = size == "large"
        self.stem = nn.Conv2d(channels, width, 7 if large else 3, 2 if large else 1, 3 if large else 1, bias=False)
        self.norm, self.pool = nn.BatchNorm2d(width), nn.MaxPool2d(3, 2, 1) if large else nn.Identity()
        layers, inputs = [], width
        for s, count in enumerate(blocks):
            for b in range(count):
                layers.append(Block(inputs, width << s, 2 if s > 0 and b == 0 else 1, bottleneck))
                inputs = (width << s) * (4 if bottleneck else 1)
        self.layers, self.features = nn.Sequential(*layers), inputs
        self.to(memory_format=torch.channels_last)

    def forward(self, x):
        x = x.contiguous(memory_format=torch.channels_last)
        return self.layers(self.pool(F.relu(self.norm(self.stem(x)), inplace=True))).mean((2, 3))


class Torchvision(nn.Module):
    """ConvNeXt-T or Swin-T as torchvision has them, without the classifier."""

    features = 768

    def __init__(self):
        super().__init__()
        from torchvision.models import convnext_tiny, swin_transformer

        if size == "convnext":
            self.net = convnext_tiny(stochastic_depth_prob=0.0)
            self.net.classifier = nn.Sequential(self.net.classifier[0], nn.Flatten(1))
        else:
            self.net = swin_transformer.SwinTransformer([4, 4], 96, [2, 2, 6, 2], [3, 6, 12, 24], [7, 7], stochastic_depth_prob=0.0)
            self.net.head = nn.Identity()
        self.to(memory_format=torch.channels_last)

    def forward(self, x):
        return self.net(x.contiguous(memory_format=torch.channels_last))


if size in ("convnext", "swin"):
    ResNet = Torchvision


class Attention(nn.Module):
    def __init__(self, d, heads):
        super().__init__()
        self.heads, self.qkv, self.proj = heads, nn.Linear(d, 3 * d), nn.Linear(d, d)

    def forward(self, x):
        n, l, d = x.shape
        q, k, v = self.qkv(x).view(n, l, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        return self.proj(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, l, d))


class Layer(nn.Module):
    def __init__(self, d, heads):
        super().__init__()
        self.norm1, self.norm2, self.attention = nn.LayerNorm(d, 1e-6), nn.LayerNorm(d, 1e-6), Attention(d, heads)
        self.mlp = nn.Sequential(nn.Linear(d, 4 * d), nn.GELU(), nn.Linear(4 * d, d))

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class ViT(nn.Module):
    def __init__(self):
        super().__init__()
        d, depth, heads, patch = {"tiny": (96, 4, 3, 4), "small": (192, 12, 3, 4), "large": (768, 12, 12, 16)}[size]
        self.patch, self.length, self.features = patch, (side // patch) ** 2, d
        self.embed = nn.Conv2d(channels, d, patch, patch)
        self.token, self.positions = nn.Parameter(torch.zeros(1, 1, d)), nn.Parameter(torch.randn(1, self.length, d) * 0.02)
        self.layers, self.norm = nn.Sequential(*[Layer(d, heads) for _ in range(depth)]), nn.LayerNorm(d, 1e-6)

    def patches(self, x):
        return self.embed(x).flatten(2).transpose(1, 2) + self.positions

    def encode(self, tokens):
        return self.norm(self.layers(torch.cat([self.token.expand(len(tokens), -1, -1), tokens], 1)))

    def forward(self, x):
        return self.encode(self.patches(x))[:, 0]


def mlp(*widths, norm=True, last=False):
    layers = []
    for i, (a, b) in enumerate(itertools.pairwise(widths)):
        ends = i + 2 == len(widths)
        layers.append(nn.Linear(a, b, bias=not norm))
        if norm and (last or not ends):
            layers.append(nn.BatchNorm1d(b))
        if not ends:
            layers.append(nn.ReLU(inplace=True))
    return nn.Sequential(*layers)


def unit(x):
    return F.normalize(x.float(), dim=1)


def fp32():
    return torch.autocast(device, enabled=False)


class Rotation(nn.Module):
    views = 1

    def __init__(self):
        super().__init__()
        self.net = ResNet()
        self.head = nn.Linear(self.net.features, 4)

    def forward(self, x):
        turned = torch.stack([x.rot90(k, (2, 3)) for k in range(4)], 1).flatten(0, 1)
        return F.cross_entropy(self.head(self.net(turned)).float(), torch.arange(4).repeat(len(x)))


class SimClr(nn.Module):
    views = 2

    def __init__(self):
        super().__init__()
        self.net = ResNet()
        self.head = mlp(self.net.features, self.net.features, 128, last=True)

    def forward(self, x1, x2):
        z = unit(self.head(self.net(torch.cat([x1, x2]))))
        with fp32():
            n = len(x1)
            logits = (z @ z.t() / 0.5).masked_fill(torch.eye(2 * n, dtype=torch.bool), float("-inf"))
            return F.cross_entropy(logits, torch.arange(2 * n).roll(n))


class Momentum(nn.Module):
    def follow(self, m):
        with torch.no_grad():
            torch._foreach_lerp_(list(self.key.parameters()), list(self.query.parameters()), 1 - m)

    def start(self):
        self.key = copy.deepcopy(self.query).requires_grad_(False)


class MocoV1(Momentum):
    views = 2

    def __init__(self):
        super().__init__()
        net = ResNet()
        self.query = nn.Sequential(net, nn.Linear(net.features, 128))
        self.start()
        self.register_buffer("queue", F.normalize(torch.randn(128, 4096), dim=0))
        self.at = 0

    def forward(self, x1, x2):
        q = unit(self.query(x1))
        with torch.no_grad():
            k = unit(self.key(x2[torch.randperm(len(x2))]))
        with fp32():
            logits = torch.cat([(q * k).sum(1, keepdim=True), q @ self.queue.clone()], 1) / 0.07
            loss = F.cross_entropy(logits, torch.zeros(len(q), dtype=torch.long))
        self.queue[:, self.at:self.at + len(k)] = k.t()
        self.at = (self.at + len(k)) % 4096
        return loss

    def after(self):
        self.follow(0.999)


class MocoV3(Momentum):
    views = 2

    def __init__(self):
        super().__init__()
        net = ViT() if size == "large" else ResNet()
        hidden = 4096 if size == "large" else 512
        self.query = nn.Sequential(net, mlp(net.features, *([hidden] * (2 if size == "large" else 1)), 256, last=True))
        self.predictor = mlp(256, hidden, 256, last=size == "large")
        self.start()

    def forward(self, x1, x2):
        q1, q2 = unit(self.predictor(self.query(x1))), unit(self.predictor(self.query(x2)))
        with torch.no_grad():
            k1, k2 = unit(self.key(x1)), unit(self.key(x2))
        with fp32():
            own = torch.arange(len(x1))
            return 0.4 * (F.cross_entropy(q1 @ k2.t() / 0.2, own) + F.cross_entropy(q2 @ k1.t() / 0.2, own))

    def after(self):
        self.follow(0.99)


class Mae(nn.Module):
    views = 1

    def __init__(self):
        super().__init__()
        self.net = ViT()
        self.net.positions.requires_grad = False
        d, depth, heads = {"tiny": (64, 1, 4), "small": (128, 2, 4), "large": (512, 8, 16)}[size]
        self.embed, self.token = nn.Linear(self.net.features, d), nn.Parameter(torch.randn(1, 1, d) * 0.02)
        self.positions = nn.Parameter(torch.randn(1, 1 + self.net.length, d) * 0.02, requires_grad=False)
        self.layers, self.norm = nn.Sequential(*[Layer(d, heads) for _ in range(depth)]), nn.LayerNorm(d, 1e-6)
        self.pixels = nn.Linear(d, channels * self.net.patch ** 2)

    def forward(self, x):
        n, l, p = len(x), self.net.length, self.net.patch
        keep = l // 4
        order = torch.rand(n, l).argsort(1)
        back = order.argsort(1)
        tokens = self.net.patches(x)
        seen = tokens.gather(1, order[:, :keep, None].expand(-1, -1, tokens.shape[2]))
        y = self.embed(self.net.encode(seen))
        full = torch.cat([y[:, 1:], self.token.expand(n, l - keep, -1).to(y.dtype)], 1)
        full = full.gather(1, back[:, :, None].expand(-1, -1, full.shape[2]))
        y = self.pixels(self.norm(self.layers(torch.cat([y[:, :1], full], 1) + self.positions)))[:, 1:].float()
        with fp32():
            g = side // p
            target = x.view(n, channels, g, p, g, p).permute(0, 2, 4, 3, 5, 1).reshape(n, l, -1)
            target = (target - target.mean(2, keepdim=True)) / (target.var(2, keepdim=True) + 1e-6).sqrt()
            gone = (back >= keep).float()
            return (((y - target) ** 2).mean(2) * gone).sum() / gone.sum()


class Context(nn.Module):
    views = 1

    def __init__(self):
        super().__init__()
        self.net = ResNet()
        self.patch, self.gap = {"tiny": (7, 2), "small": (8, 2), "large": (64, 8)}[size]
        self.head = mlp(2 * self.net.features, 256, 8, norm=False)
        cells = list(itertools.product(range(3), range(3)))
        around = [d for d in itertools.product((-1, 0, 1), (-1, 0, 1)) if d != (0, 0)]
        pairs = [(cells.index(a), cells.index(b), around.index((b[0] - a[0], b[1] - a[1])))
                 for a in cells for b in cells if (b[0] - a[0], b[1] - a[1]) in around]
        self.first, self.second, self.places = torch.tensor(pairs).t()

    def forward(self, x):
        with torch.no_grad():
            stride = self.patch + self.gap
            cut = torch.stack([
                x[:, :, r * stride:r * stride + self.patch, c * stride:c * stride + self.patch] for r in range(3) for c in range(3)], 1)
            patches = cut.flatten(0, 1)
            mean = patches.mean((1, 2, 3), keepdim=True)
            patches = (patches - mean) / (patches.std((1, 2, 3), keepdim=True) + 1e-6)
        e = self.net(patches).unflatten(0, (-1, 9))
        pairs = torch.cat([e.index_select(1, self.first), e.index_select(1, self.second)], 2).flatten(0, 1)
        return F.cross_entropy(self.head(pairs).float(), self.places.repeat(len(x)))


class Exemplar(nn.Module):
    views = 1

    def __init__(self):
        super().__init__()
        self.net = ResNet()
        self.head = nn.Linear(self.net.features, 1024)
        self.mean, self.axes = torch.full((channels, 1), 0.5), torch.linalg.qr(torch.randn(channels, channels))[0]

    def forward(self, x):
        with torch.no_grad(), fp32():
            x = self.transformed(x.clamp(0, 1))
        return F.cross_entropy(self.head(self.net(x)).float(), torch.arange(len(x)))

    def transformed(self, x):
        """Moved, scaled and turned; stretched along the axes of colour; saturation and value bent, hue shifted."""
        n = len(x)
        scale, angle = torch.empty(n).uniform_(0.7, 1.4), torch.empty(n).uniform_(-0.35, 0.35)
        sin, cos = angle.sin() / scale, angle.cos() / scale
        move = torch.empty(2, n).uniform_(-0.2, 0.2)
        theta = torch.stack([cos, -sin, move[0], sin, cos, move[1]], 1).view(n, 2, 3)
        x = F.grid_sample(x, F.affine_grid(theta, x.shape, align_corners=False), align_corners=False)
        stretch = torch.empty(n, channels, 1).uniform_(0.5, 2)
        x = (self.axes @ (self.axes.t() @ (x.flatten(2) - self.mean) * stretch) + self.mean).view_as(x).clamp_(0, 1)
        if channels == 1:
            return self.bent(x)
        value, strongest = x.max(1)
        spread = value - x.amin(1)
        r, g, b = x.unbind(1)
        safe = torch.where(spread > 0, spread, 1.0)
        hue = torch.stack([g - b, b - r + 2 * spread, r - g + 4 * spread], 1).gather(1, strongest[:, None])[:, 0] / safe / 6
        hue = (hue + torch.empty(n, 1, 1).uniform_(-0.1, 0.1)) % 1 * 6
        saturation, value = self.bent(spread / (value + 1e-8)), self.bent(value)
        sector, part = hue.floor().long() % 6, hue % 1
        p, q, t = value * (1 - saturation), value * (1 - part * saturation), value * (1 - (1 - part) * saturation)
        sectors = torch.stack([value, q, p, p, t, value, t, value, value, q, p, p, p, p, t, value, value, q], 1)
        return sectors.gather(1, torch.stack([sector, sector + 6, sector + 12], 1))

    @staticmethod
    def bent(x):
        power, factor, offset = torch.empty(3, len(x), *[1] * (x.ndim - 1)).uniform_(0, 1).unbind()
        return (x ** (0.25 + 3.75 * power) * (0.7 + 0.7 * factor) + 0.2 * offset - 0.1).clamp_(0, 1)


model = {"rotation": Rotation, "simclr": SimClr, "moco-v1": MocoV1, "moco-v3": MocoV3, "mae": Mae, "context": Context, "exemplar": Exemplar}[method]()
trained = [p for p in model.parameters() if p.requires_grad]
adam = method == "mae" or (method == "moco-v3" and size == "large")
optimizer = torch.optim.AdamW(trained, 1e-4, (0.9, 0.95), weight_decay=0.05, fused=True) if adam else torch.optim.SGD(
    trained, 1e-3, 0.9, weight_decay=1e-4, fused=True)
views = [torch.randn(batch, channels, side, side) for _ in range(model.views)]
wait = torch.cuda.synchronize if device == "cuda" else lambda: None  # where 'ssl train --profile' waits, too
model.train()


def step():
    with torch.autocast(device, torch.bfloat16, enabled=precision == "bf16"):
        loss = model(*views)
    wait()
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    wait()
    optimizer.step()
    if hasattr(model, "after"):
        model.after()
    wait()
    return loss.item()


begun = time.perf_counter()
for warm in range(3 + steps):
    if warm < 3 or time.perf_counter() - begun < 2:
        step()
start = time.perf_counter()
for _ in range(steps):
    step()
seconds = time.perf_counter() - start
memory = (lambda free, total: total - free)(*torch.cuda.mem_get_info()) if device == "cuda" else 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(1000 * seconds / steps, memory, torch.__version__)
