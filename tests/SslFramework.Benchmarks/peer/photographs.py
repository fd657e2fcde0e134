"""Makes small photographs out of large ones: python3 photographs.py SOURCE TARGET COUNT

A photograph is chosen (the larger, the likelier), zoomed and cropped at random, shrunk to about 500 x 375 and saved as
JPEG of quality 90. Crops under 0.2 bytes a pixel (skies, blurred grounds) are drawn again: they decode too easily.
"""

import io
import math
import pathlib
import random
import sys

from PIL import Image

SIZES = [(500, 375)] * 11 + [(375, 500)] * 4 + [(500, 333)] * 3 + [(400, 300), (640, 480)]

source, target, count = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
target.mkdir(parents=True, exist_ok=True)
draw = random.Random(20261123)
photographs = []
for path in sorted(p for p in source.rglob("*") if p.suffix.lower() in (".jpg", ".jpeg", ".png")):
    image = Image.open(path).convert("RGB")
    if min(image.size) >= 700:
        photographs.append(image)
if not photographs:
    sys.exit(f"No photograph of at least 700 x 700 pixels under {source}.")

made = 0
while made < count:
    image = draw.choices(photographs, [math.sqrt(i.width * i.height) for i in photographs])[0]
    width, height = draw.choice(SIZES)
    largest = min(image.width / width, image.height / height)
    zoom = max(1.0, largest / math.exp(draw.uniform(0, math.log(7))))
    w, h = min(round(width * zoom), image.width), min(round(height * zoom), image.height)
    x, y = draw.randint(0, image.width - w), draw.randint(0, image.height - h)
    small = image.resize((width, height), Image.LANCZOS, (x, y, x + w, y + h))
    data = io.BytesIO()
    small.save(data, "JPEG", quality=90)
    if data.tell() >= 0.2 * width * height:
        (target / f"{made:04}.jpg").write_bytes(data.getvalue())
        made += 1
print(f"{made} photographs of {len(photographs)} sources in {target}")
