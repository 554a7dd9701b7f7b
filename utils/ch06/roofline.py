"""Lesson of chapter 06: times taken by turns, what this machine can do at most, and the roofline drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import ceil

import matplotlib.pyplot as plt
import numpy as np
import torch
from matplotlib.axes import Axes

from utils.plots import COLOURS
from utils.timing import time_once


def by_turns(functions: Mapping[str, Callable], rounds: int = 7) -> dict[str, float]:
    """The median seconds of each function over ``rounds`` in which all are called, after one that isn't counted.

    By turns, so that a load from outside falls on all of them. A short one goes into a sample so often that
    this takes 12 ms: a load slows all such samples alike.
    """
    repeats = {name: min(1000, ceil(0.012 / time_once(f))) for name, f in functions.items()}
    seconds: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            n = repeats[name]
            seconds[name].append(time_once(lambda f=function, n=n: [f() for _ in range(n)]) / n)
    return {name: float(np.median(times)) for name, times in seconds.items()}


def limits() -> dict[str, tuple[Callable, float]]:
    """What to time for the two limits of a machine, and how much it is: FLOPs of a product, bytes of a copy."""
    a, b, product = torch.randn(1024, 1024), torch.randn(1024, 1024), torch.empty(1024, 1024)
    source, copy = torch.ones(2**24), torch.empty(2**24)  # 64 MB each: more than most caches hold
    return {
        "product": (lambda: torch.mm(a, b, out=product), 2 * 1024**3),
        "copy": (lambda: copy.copy_(source), 2 * 4 * 2**24),
    }


def draw_roofline(
    rows: Sequence[tuple[str, float, float, float]],
    peak: float,
    bandwidth: float,
    groups: Callable[[str], str],
) -> Axes:
    """One dot an operation, its area the time; ``rows`` are (name, FLOPs, bytes, seconds)."""
    _, ax = plt.subplots(figsize=(8.5, 4.2))
    x = np.geomspace(0.05, 500, 100)
    ax.plot(x, np.minimum(peak, x * bandwidth) / 1e9, color="black", linewidth=1.5)
    ax.axvline(peak / bandwidth, color="grey", linestyle=":", linewidth=1)
    longest = max(row[3] for row in rows)
    colours = dict(zip(dict.fromkeys(groups(row[0]) for row in rows), COLOURS, strict=False))
    for group, colour in colours.items():
        chosen = [row for row in rows if groups(row[0]) == group]
        intensity = [flops / moved for _, flops, moved, _ in chosen]
        rate = [flops / seconds / 1e9 for _, flops, _, seconds in chosen]
        area = [20 + 600 * seconds / longest for *_, seconds in chosen]
        ax.scatter(intensity, rate, area, color=colour, alpha=0.6, label=group)
    ax.set(xscale="log", yscale="log", xlabel="intensity, FLOP a byte", ylabel="GFLOP/s")
    for handle in ax.legend(loc="lower right", fontsize=10).legend_handles:
        handle.set_sizes([60])
    return ax
