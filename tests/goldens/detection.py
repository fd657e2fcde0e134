"""Torchvision's matcher and box coder on boxes made by a formula: python3 detection.py > detection-torchvision.json"""
import json, math, torch
from torchvision.models.detection._utils import BoxCoder, Matcher
from torchvision.ops import box_iou

state = 0
def rnd(n):
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
    return (state >> 33) % n

def boxes(count):
    out = []
    for _ in range(count):
        x, y = rnd(80), rnd(80)
        out.append([x, y, x + 4 + rnd(40), y + 4 + rnd(40)])
    return torch.tensor(out, dtype=torch.float64)

objects, candidates = boxes(6), boxes(200)
overlap = box_iou(objects, candidates)
matched = {name: Matcher(high, low, allow)(overlap).tolist() for name, high, low, allow in
           [("proposals", 0.7, 0.3, True), ("detections", 0.5, 0.5, False)]}
deltas, decoded = {}, {}
for name, weights in [("proposals", (1.0, 1.0, 1.0, 1.0)), ("detections", (10.0, 10.0, 5.0, 5.0))]:
    coder = BoxCoder(weights)
    to = objects[[i % 6 for i in range(12)]]
    encoded = coder.encode_single(to, candidates[:12])
    deltas[name] = encoded.tolist()
    decoded[name] = coder.decode_single(encoded * 3, candidates[:12]).tolist()
print(json.dumps({"objects": objects.tolist(), "candidates": candidates.tolist(), "matches": matched, "deltas": deltas, "decoded": decoded}))
