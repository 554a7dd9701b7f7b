"""Lesson of chapter 08: how long bf16 and fp16 take relative to fp32, here and with the instructions hidden.

``python -m utils.ch08.speed AVX512_CORE`` measures in a process in which oneDNN, the library behind PyTorch's
16-bit products on a CPU, may use AVX-512 but neither bf16, fp16 nor AMX instructions.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import nn

from utils.claims import Condition, cpu_has
from utils.processes import run_module
from utils.timing import relative

HIDE = "AVX512_CORE"  # the most that oneDNN may use: this has none of bf16, fp16 and AMX
SIZE, BATCH = 256, 128  # of the product that is measured; of the steps
WIDTHS = (128, 512)  # of the MLPs whose steps are predicted
LARGE, SMALL = 2**24, 2**16  # numbers to add: 64 MB and 256 KB in fp32
SLOWEST = 30  # where a product takes longer than this relative to fp32, the widest MLP is left out


def x86() -> Condition:
    """For claims on hidden instructions: oneDNN's setting is one for x86."""
    return Condition(
        "on an x86-64 processor with AVX2",
        platform.machine() in ("x86_64", "AMD64") and cpu_has("AVX2").holds,
    )


def bf16_products() -> Condition:
    """For claims on what the instructions gain: those that multiply, which ``HIDE`` hides; unless they are hidden."""
    hidden = any(os.environ.get(f"{library}_MAX_CPU_ISA") for library in ("ONEDNN", "DNNL"))
    there = cpu_has("bf16").holds and cpu_has("AVX-512").holds and not hidden
    return Condition("where the CPU has bf16 and AVX-512", there)


def product(dtype: torch.dtype, n: int = SIZE) -> Callable[[], torch.Tensor]:
    """A product of two matrices (n, n)."""
    x, w = torch.randn(n, n).to(dtype), torch.randn(n, n).to(dtype)
    return lambda: F.linear(x, w)


def cast_product(n: int = SIZE) -> Callable[[], torch.Tensor]:
    """The same of bf16 matrices, by way of fp32: cast, multiply, cast back."""
    x, w = torch.randn(n, n).bfloat16(), torch.randn(n, n).bfloat16()
    return lambda: F.linear(x.float(), w.float()).bfloat16()


def adding(dtype: torch.dtype, n: int) -> Callable[[], torch.Tensor]:
    """n numbers doubled, into memory that is there already."""
    x = torch.ones(n, dtype=dtype)
    out = torch.empty_like(x)
    return lambda: torch.add(x, x, out=out)


def step(width: int, half: bool) -> Callable[[], None]:
    """One training step of 784-width-width-10 with Adam, in fp32 or under bf16 autocast."""
    model = nn.Sequential(
        nn.Linear(784, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 10)
    )
    x, y = torch.randn(BATCH, 784), torch.randint(10, (BATCH,))
    optimizer = torch.optim.Adam(model.parameters(), fused=True)

    def run() -> None:
        optimizer.zero_grad()
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()

    return run


def step_flops(width: int) -> int:
    """Of the products in one step: one forward, two backward; the first layer's input needs no gradient."""
    return 2 * BATCH * width * (2 * 784 + 3 * width + 3 * 10)


def measure(quick: bool = False) -> dict:
    """Times relative to fp32: of products, and of steps by width with the fraction that products are in fp32."""
    fp32, pairs = product(torch.float32), (5, 10) if quick else (15, 30)
    steps: dict[str, tuple[float, float]] = {}
    found = {
        "bf16": relative(fp32, product(torch.bfloat16), *pairs),
        "cast": relative(fp32, cast_product(), *pairs),
    }
    few = quick or found["bf16"] > SLOWEST
    widths = WIDTHS[:1] if few else WIDTHS
    for width in widths:
        plain = step(width, half=False)
        part = step_flops(width) / (2 * SIZE**3) / relative(fp32, plain, *pairs)
        ratio = relative(plain, step(width, half=True), *pairs)
        steps[str(width)] = min(1.0, part), ratio
    return found | {"steps": steps}


def measure_adding(quick: bool = False) -> dict[str, float]:
    """bf16 relative to fp32, for numbers that lie in memory and for ones that lie in a cache."""
    sizes = {"memory": LARGE // 4 if quick else LARGE, "cache": SMALL}
    return {
        name: relative(adding(torch.float32, n), adding(torch.bfloat16, n), *((5, 10) if quick else (15, 30)))
        for name, n in sizes.items()
    }


def measure_hidden(quick: bool = False) -> dict:
    """:func:`measure` in a process of its own that doesn't see the instructions."""
    return run_module("utils.ch08.speed", HIDE, *(["quick"] if quick else []))


def main() -> None:
    os.environ["ONEDNN_MAX_CPU_ISA"] = sys.argv[1]  # read when oneDNN is first used, later than this
    torch.set_num_threads(1)
    print(json.dumps(measure("quick" in sys.argv)))


if __name__ == "__main__":
    main()
