"""The peer's side of the loader benchmark: python3 loader.py RECIPE IMAGES WORKERS BATCH

A torch DataLoader as a careful user sets it up: workers forked once and kept, an epoch to warm up, one torch thread each.
Prints its versions, then runs an epoch for every line of standard input and prints images a second.
"""

import pathlib
import random
import sys
import time

import PIL
import torch
import torchvision
from PIL import Image, ImageFilter
from torchvision import transforms as T
from torchvision.io import read_image
from torchvision.transforms import v2

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
BICUBIC = T.InterpolationMode.BICUBIC


class PillowBlur:
    """MoCo's: a radius of 0.1 to 2."""

    def __call__(self, image):
        return image.filter(ImageFilter.GaussianBlur(radius=random.uniform(0.1, 2.0)))


def colours(size, strength, saturation, hue):
    return [
        T.RandomResizedCrop(size),
        T.RandomHorizontalFlip(),
        T.RandomApply([T.ColorJitter(strength, strength, saturation, hue)], p=0.8),
        T.RandomGrayscale(p=0.2),
    ]


def simclr(*blur, size=224):
    return T.Compose([*colours(size, 0.8, 0.8, 0.2), *blur, T.ToTensor(), T.Normalize(MEAN, STD)])


def moco_v3(blur, solarize):
    return T.Compose([
        *colours(224, 0.4, 0.2, 0.1),
        T.RandomApply([PillowBlur()], p=blur),
        T.RandomSolarize(128, p=solarize),
        T.ToTensor(),
        T.Normalize(MEAN, STD),
    ])


def recipe(name):
    """One transform for each view."""
    if name == "mae":
        crop = T.RandomResizedCrop(224, scale=(0.2, 1.0), interpolation=BICUBIC)
        return [T.Compose([crop, T.RandomHorizontalFlip(), T.ToTensor(), T.Normalize(MEAN, STD)])]
    if name == "simclr-pillow":
        return [simclr(T.RandomApply([PillowBlur()], p=0.5))] * 2
    if name == "simclr-torchvision":
        return [simclr(T.RandomApply([T.GaussianBlur(23, (0.1, 2.0))], p=0.5))] * 2
    if name == "simclr-v2":
        return [v2.Compose([
            v2.RandomResizedCrop(224, antialias=True),
            v2.RandomHorizontalFlip(),
            v2.RandomApply([v2.ColorJitter(0.8, 0.8, 0.8, 0.2)], p=0.8),
            v2.RandomGrayscale(p=0.2),
            v2.RandomApply([v2.GaussianBlur(23, (0.1, 2.0))], p=0.5),
            v2.ToDtype(torch.float32, scale=True),
            v2.Normalize(MEAN, STD),
        ])] * 2
    if name == "moco-v3":
        return [moco_v3(1.0, 0.0), moco_v3(0.1, 0.2)]
    if name == "simclr-small":
        return [simclr(size=32)] * 2
    sys.exit(f"No recipe '{name}'.")


class Views(torch.utils.data.Dataset):
    def __init__(self, name, folder):
        self.views = recipe(name)
        self.tensors = name == "simclr-v2"
        self.images = sorted(str(path) for path in pathlib.Path(folder).rglob("*.jpg"))
        if name == "simclr-small":  # held in memory
            small = [T.functional.center_crop(Image.open(path).convert("RGB"), 32) for path in self.images]
            self.images = [small[i % len(small)] for i in range(min(1000, 4 * len(small)))]

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        image = self.images[index]
        if isinstance(image, str):
            image = read_image(image) if self.tensors else Image.open(image).convert("RGB")
        return [view(image) for view in self.views]


def main():
    name, folder, workers, batch = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    torch.set_num_threads(1)
    kept = {"persistent_workers": True, "multiprocessing_context": "fork"} if workers else {}
    loader = torch.utils.data.DataLoader(
        Views(name, folder), batch, shuffle=True, drop_last=True, num_workers=workers, **kept)
    for _ in loader:
        pass
    print(f"PyTorch {torch.__version__}, torchvision {torchvision.__version__}, Pillow {PIL.__version__}", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        seen = sum(len(views[0]) for views in loader)
        print(seen / (time.perf_counter() - start), flush=True)


main()
