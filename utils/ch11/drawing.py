"""Lesson of chapter 11: its opening picture, the datapath of an integer layer, and points of single seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from scipy.stats import t as student

from utils.plots import COLOURS, MARKERS

# Horowitz, "Computing's energy problem (and what we can do about it)", ISSCC 2014: 45 nm, 0.9 V, in pJ. 64 bits from
# DRAM take 1,300 to 2,600: of the lower end a half for 32 bits, an eighth for 8.
ENERGY = {
    "multiply": {"fp32": 3.7, "int8": 0.2},
    "add": {"fp32": 0.9, "int32": 0.1},
    "DRAM, 64 bits": 1300.0,
}
PALE = "#e4e4e4"


def energy() -> dict[str, dict[str, float]]:
    """pJ of a multiply-add and of its weight's way from DRAM, with fp32 and with int8 weights."""
    product, total = ENERGY["multiply"], ENERGY["add"]
    return {
        "multiply and add": {
            "fp32": product["fp32"] + total["fp32"],
            "int8": product["int8"] + total["int32"],
        },
        "fetch a weight from DRAM": {
            "fp32": ENERGY["DRAM, 64 bits"] * 32 / 64,
            "int8": ENERGY["DRAM, 64 bits"] * 8 / 64,
        },
    }


def draw_saved(sizes: Mapping[str, float]):
    """Bytes of a network by its weights' bits, and energy of an operation: what this chapter saves."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(9.5, 2.7))
    rows = -np.arange(len(sizes))
    kilobytes = np.array(list(sizes.values())) / 1e3
    colours = [COLOURS[0], *[COLOURS[1]] * (len(sizes) - 1)]
    left.barh(rows, kilobytes, height=0.62, color=colours)
    for row, size in zip(rows, kilobytes, strict=True):
        left.text(size + 12, row, f"{size:,.0f} kB", va="center", fontsize=10)
    left.set_yticks(rows, list(sizes))
    left.set(xlim=(0, 1150), xlabel="kB, weights packed", ylabel="bits a weight")
    left.set_title("This lesson's network in a file", fontsize=11)
    table = energy()
    for k, kind in enumerate(("fp32", "int8")):
        rows = -np.arange(len(table)) - 0.38 * k
        values = [row[kind] for row in table.values()]
        right.barh(rows, values, height=0.34, color=COLOURS[k], label=kind)
        for row, value in zip(rows, values, strict=True):
            right.text(value * 1.15, row, f"{value:,.1f}", va="center", fontsize=10)
    right.set_yticks(-np.arange(len(table)) - 0.19, [name.replace(" a ", "\na ") for name in table])
    right.set(xscale="log", xlim=(0.1, 6000), xlabel="pJ (Horowitz 2014, 45 nm)")
    right.set_title("Energy of one operation", fontsize=11)
    right.legend(loc="upper right", fontsize=10)
    return fig


def draw_datapath(steps: Sequence[tuple[str, str, int, str]]):
    """(operation, type, bits, value) a stage, from left to right; a box is as high as its numbers are wide."""
    fig, ax = plt.subplots(figsize=(10.5, 3.0))
    for k, (operation, kind, bits, value) in enumerate(steps):
        height = bits / 16
        colour = COLOURS[0] if bits == 8 else PALE
        ax.add_patch(plt.Rectangle((2.6 * k, -height / 2), 1.5, height, facecolor=colour, edgecolor="black"))
        ink = "white" if bits == 8 else "black"
        if bits == 8:
            ax.text(2.6 * k + 0.75, 0, kind, ha="center", va="center", fontsize=9, color=ink)
        else:
            ax.text(
                2.6 * k + 0.75, 0, f"{kind}\n{bits} bits", ha="center", va="center", fontsize=9, color=ink
            )
        ax.text(2.6 * k + 0.75, -2.35, value, ha="center", va="top", fontsize=9.5)
        if k:
            arrow = {"arrowstyle": "->", "lw": 1.6}
            ax.annotate("", (2.6 * k - 0.05, 0), (2.6 * k - 1.05, 0), arrowprops=arrow)
        if operation:
            ax.text(2.6 * k - 0.55, 2.2, operation, ha="center", va="bottom", fontsize=9.5, color=COLOURS[1])
    ax.set(xlim=(-0.4, 2.6 * len(steps) - 0.8), ylim=(-3.4, 3.4), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    return fig


def interval(values: np.ndarray) -> tuple[float, float, float]:
    """Mean of (seeds,) and its 95% interval, by Student's t."""
    half = student.ppf(0.975, len(values) - 1) * values.std(ddof=1) / len(values) ** 0.5
    return values.mean(), values.mean() - half, values.mean() + half


def draw_seeds(ax: Axes, groups: Mapping[str, np.ndarray]) -> None:
    """A column a group: a grey point a seed, and beside them the mean with its 95% interval."""
    for k, (values, marker) in enumerate(zip(groups.values(), MARKERS, strict=False)):
        spread = np.linspace(-0.22, 0.02, len(values))
        ax.plot(k + spread, values, ".", color="0.6", ms=5)
        mean, low, high = interval(np.asarray(values))
        error = [[mean - low], [high - mean]]
        ax.errorbar(k + 0.22, mean, error, fmt=marker, color=COLOURS[k % len(COLOURS)], capsize=3, ms=6)
    ax.set_xticks(range(len(groups)), list(groups))
    ax.set_xlim(-0.5, len(groups) - 0.5)


def draw_pairs(ax: Axes, groups: Mapping[str, np.ndarray]) -> None:
    """A line a seed, through its value in each group; the means on top."""
    values = np.array(list(groups.values()))  # (groups, seeds)
    ax.plot(values, "-o", color="0.7", ms=3, lw=0.9)
    ax.plot(values.mean(axis=1), "D", color=COLOURS[1], ms=7, label="mean")
    ax.set_xticks(range(len(groups)), list(groups))
    ax.set_xlim(-0.4, len(groups) - 0.6)
    ax.legend()
