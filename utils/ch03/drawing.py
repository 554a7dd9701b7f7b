"""Lesson of chapter 03: its diagram of the training loop, and the picture of what twenty steps tell."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from utils.plots import COLOURS

BUG, FINE = COLOURS[1], COLOURS[0]
LOOKS = {  # fill, edge, its width
    "stays": ("#fbd9bf", BUG, 1.6),
    "goes": ("#e8e8e8", "black", 0.7),
    "aside": ("#cfe3f1", FINE, 1.6),
}
BOXES = {  # name: left, bottom, width, what becomes of it
    "order of the images\n(its own generator)": (0, 1.6, 2.6, "stays"),
    "batch: x (64, 1, 28, 28)\nand y (64,)": (3.5, 1.6, 3.1, "goes"),
    "dropout's masks\n(global generator)": (3.5, 3.1, 3.1, "stays"),
    "weights, buffers": (7.8, 3.1, 2.4, "stays"),
    "logits (64, 10)\nand the graph": (7.8, 1.6, 2.4, "goes"),
    "momentum v, rate": (11.9, 3.1, 2.4, "stays"),
    "loss\n(a number)": (11.9, 1.6, 1.4, "goes"),
    ".grad": (15.2, 1.6, 1.3, "stays"),
    "validation images": (3.5, 0, 3.1, "goes"),
    "accuracy": (7.8, 0, 2.4, "goes"),
    "copy of the best": (11.9, 0, 2.4, "aside"),
}
ARROWS = [  # from, to, what does it, and where that is written
    ((2.6, 2.05), (3.5, 2.05), "x[batch]", (3.05, 2.15)),
    ((6.6, 2.05), (7.8, 2.05), "forward", (7.2, 2.15)),
    ((6.6, 3.3), (7.8, 2.4), "", (0, 0)),
    ((9.0, 3.1), (9.0, 2.5), "", (0, 0)),
    ((10.2, 2.05), (11.9, 2.05), "cross_entropy", (11.05, 2.15)),
    ((13.3, 2.05), (15.2, 2.05), "backward(): adds", (14.25, 2.15)),
    ((15.85, 2.5), (14.3, 3.55), "step()", (15.6, 3.1)),
    ((11.9, 3.55), (10.2, 3.55), "w −= rate · v", (11.05, 3.65)),
    ((6.6, 0.45), (7.8, 0.45), "eval()", (7.2, 0.55)),
    ((10.2, 0.45), (11.9, 0.45), "if higher", (11.05, 0.55)),
]


def draw_loop(ax: Axes) -> None:
    """One step, and the look at validation after each epoch; orange is what a step hands on to the next."""
    for name, (left, bottom, width, becomes) in BOXES.items():
        box = dict(zip(("facecolor", "edgecolor", "linewidth"), LOOKS[becomes], strict=True))
        ax.add_patch(Rectangle((left, bottom), width, 0.9, **box))
        ax.text(left + width / 2, bottom + 0.45, name, ha="center", va="center", fontsize=8.5)
    for start, end, words, at in ARROWS:
        ax.annotate("", end, start, arrowprops={"arrowstyle": "->", "lw": 1.3})
        ax.text(*at, words, ha="center", va="bottom", fontsize=8, style="italic")
    ax.text(0, 3.7, "orange: goes to the next step", color=BUG, fontsize=9)
    ax.text(0, 3.25, "grey: gone when it ends", color="#444444", fontsize=9)
    ax.text(0, 0.55, "after each epoch", fontsize=9)
    ax.text(0, 0.1, "blue: kept for the end", color=FINE, fontsize=9)
    ax.text(15.85, 1.5, "zero_grad()\nempties it", ha="center", va="top", fontsize=8, style="italic")
    ax.set(xlim=(-0.1, 16.7), ylim=(-0.15, 4.15), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)


def draw_twenty(axes, rows: Mapping[str, np.ndarray], bugs: int) -> None:
    """What each row of runs (seeds, 2) changes: points of test accuracy, and the first twenty losses."""
    for row, found in enumerate(rows.values()):
        colour, marker = (BUG, "X") if row >= len(rows) - bugs else (FINE, "o")
        for ax, values in zip(axes, found.T, strict=True):
            ax.plot(values, [-row] * len(values), marker, color=colour, ms=7, alpha=0.75)
            ax.axhline(-row, color="#dddddd", lw=0.8, zorder=0)
    axes[0].axvline(0, color="black", lw=0.8)
    axes[0].set_yticks(-np.arange(len(rows)), list(rows))
    axes[0].set(xlabel="points of test accuracy, against no bug")
    axes[1].set(xscale="log", xlabel="largest difference of a loss")
