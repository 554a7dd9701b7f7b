"""Lesson of chapter 12: its diagram of three ways from inputs and weights to a sum, and its bars of profiles."""

from __future__ import annotations

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from utils.onnx_tools import LAYERS
from utils.plots import COLOURS

FLOAT, BYTE, SHORT, WHOLE = COLOURS[5], COLOURS[4], COLOURS[3], COLOURS[2]
WAYS = (  # title, boxes (text, colour), instructions between them, what it comes to
    (
        "fp32",
        (("16 inputs and\n16 weights, fp32", FLOAT), ("16 sums, fp32", FLOAT)),
        ("vfmadd",),
        "1 instruction: 16 products",
    ),
    (
        "int8 with VNNI",
        (("64 inputs, uint8\n64 weights, int8", BYTE), ("16 sums of 4,\nint32", WHOLE)),
        ("vpdpbusd",),
        "1 instruction: 64 products",
    ),
    (
        "int8 without VNNI",
        (
            ("64 inputs, uint8\n64 weights, int8", BYTE),
            ("32 sums of 2,\nint16: saturate!", SHORT),
            ("16 sums of 4,\nint32", WHOLE),
            ("16 sums, int32", WHOLE),
        ),
        ("vpmaddubsw", "vpmaddwd", "vpaddd"),
        "3 instructions: 64 products",
    ),
)
WIDE, STEP = 1.5, 2.6


def draw_datapath(ax: Axes) -> None:
    """One row a way, read from the left; below, what each output of a layer pays once."""
    for row, (title, boxes, instructions, words) in enumerate(WAYS):
        y = -1.25 * row
        ax.text(-0.15, y + 0.3, title, ha="right", va="center", weight="bold", fontsize=10)
        for k, (text, colour) in enumerate(boxes):
            _box(ax, k * STEP, y, text, colour)
        for k, name in enumerate(instructions):
            _arrow(ax, k * STEP, y, name)
        ax.text((len(boxes) - 1) * STEP + WIDE + 0.15, y + 0.3, words, va="center", fontsize=10)
    y = -1.25 * len(WAYS)
    ax.text(-0.15, y + 0.3, "then, once\nper output", ha="right", va="center", weight="bold", fontsize=10)
    for k, (text, colour) in enumerate((("sum, int32", WHOLE), ("fp32", FLOAT), ("output, uint8", BYTE))):
        _box(ax, k * STEP, y, text, colour)
    _arrow(ax, 0, y, "· scale")
    _arrow(ax, STEP, y, "round,\nclamp")
    ax.text(2 * STEP + WIDE + 0.15, y + 0.3, "int8 only: fp32 is ready", va="center", fontsize=10)
    ax.set(xlim=(-1.9, 11.8), ylim=(y - 0.1, 0.75))
    ax.axis("off")


def _box(ax: Axes, x: float, y: float, text: str, colour: str) -> None:
    ax.add_patch(plt.Rectangle((x, y), WIDE, 0.62, fc=colour, ec="0.3", alpha=0.45))
    ax.text(x + WIDE / 2, y + 0.31, text, ha="center", va="center", fontsize=8.5)


def _arrow(ax: Axes, x: float, y: float, name: str) -> None:
    ends = {"xy": (x + STEP, y + 0.31), "xytext": (x + WIDE, y + 0.31)}
    ax.annotate("", arrowprops={"arrowstyle": "->"}, **ends)
    ax.text(x + (WIDE + STEP) / 2, y + 0.36, name, ha="center", va="bottom", fontsize=8.5, family="monospace")


def draw_profiles(found: Mapping[str, Mapping[str, np.ndarray]], ax: Axes) -> None:
    """{model: {layer: (runs,) µs}} as bars, one a model, a part a layer, each the median of its runs."""
    left, rows = np.zeros(len(found)), np.arange(len(found))[::-1]
    hatches = ["", "//", "", "\\\\", "..", ""]
    for layer, colour, hatch in zip(LAYERS, COLOURS, hatches, strict=False):
        times = np.array([np.median(layers[layer]) for layers in found.values()])
        style = {"label": layer, "color": colour, "hatch": hatch, "edgecolor": "white"}
        ax.barh(rows, times, 0.7, left=left, **style)
        left += times
    ax.set_yticks(rows, list(found))
    ax.set_xlabel("µs for 16 images, by the profiler (medians)")


def draw_gains(ax: Axes, here: Mapping[str, tuple], recorded: Mapping[str, Mapping[str, tuple]]) -> None:
    """{row: (median, low, high)}, measured here and recorded, as points with intervals; a row each."""
    series = {"here": here} | dict(recorded)
    for k, (label, found) in enumerate(series.items()):
        rows = np.arange(len(found))[::-1] + 0.27 - 0.18 * k
        median, low, high = np.array([ratio[:3] for ratio in found.values()]).T
        style = {"color": COLOURS[k], "markersize": 8 if k == 0 else 5, "capsize": 3, "label": label}
        ax.errorbar(median, rows, xerr=[median - low, high - median], fmt="oDs^"[k], **style)
    for value, words in ((1, "no gain"), (4, "a quarter of the bytes")):
        ax.axvline(value, color="black", linestyle="--", linewidth=1)
        ax.text(value, len(here) - 0.45, words, fontsize=9, ha="center", va="bottom")
    ax.set_yticks(np.arange(len(here))[::-1], list(here))
    ax.set(xlabel="int8's gain: time in fp32 / time in int8", xlim=(0, 5.2))
    ax.legend(loc="lower right", fontsize=9)
