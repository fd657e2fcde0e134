"""What the peer's PyTorch can reach on this machine: python3 peak.py THREADS

Prints GFLOP/s of a product of matrices of 2048 × 2048 and of a 3 × 3 convolution of 16 × 64 × 56 × 56 maps, channels last, in fp32
and in bf16 (best of five), and its version. A PyTorch on a reference BLAS shows here, and is no peer.
"""

import sys
import time

import torch
import torch.nn.functional as F

torch.set_num_threads(int(sys.argv[1]))
numbers = []
for dtype in (torch.float32, torch.bfloat16):
    a, b = torch.randn(2048, 2048, dtype=dtype), torch.randn(2048, 2048, dtype=dtype)
    maps = torch.randn(16, 64, 56, 56, dtype=dtype).contiguous(memory_format=torch.channels_last)
    kernel = torch.randn(64, 64, 3, 3, dtype=dtype).contiguous(memory_format=torch.channels_last)
    for work, flops in ((lambda: a.mm(b), 2 * 2048**3), (lambda: F.conv2d(maps, kernel, padding=1), 2 * 16 * 56 * 56 * 64 * 64 * 9)):
        best = float("inf")
        for _ in range(6):
            start = time.perf_counter()
            work()
            best = min(best, time.perf_counter() - start)
        numbers.append(f"{flops / best / 1e9:.0f}")
print(*numbers, torch.__version__)
