"""Lesson of chapter 02: its diagram, the two passes of a network and what the one keeps for the other."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from utils.plots import COLOURS

KEPT, PLAIN = COLOURS[1], "#e4e4e4"
FORWARD_Y, BACKWARD_Y = 1.6, 0.0
BOX = 1.7  # width of a box


def _box(ax: Axes, x: float, y: float, words: str, shape: str, kept: bool) -> None:
    colour = KEPT if kept else "black"
    ax.add_patch(
        plt.Rectangle(
            (x, y - 0.36),
            BOX,
            0.72,
            facecolor="#fbe6da" if kept else PLAIN,
            edgecolor=colour,
            linewidth=2 if kept else 0.8,
        )
    )
    ax.text(x + BOX / 2, y + 0.1, words, ha="center", va="center", fontsize=11)
    ax.text(x + BOX / 2, y - 0.2, shape, ha="center", va="center", fontsize=8.5, color="0.3")


def _arrow(ax: Axes, start: tuple, end: tuple, words: str = "", above: float = 0.12, **look) -> None:
    style = {"arrowstyle": "->", "lw": 1.6} | look
    ax.annotate("", end, start, arrowprops=style)
    if words:
        middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + above
        ax.text(*middle, words, ha="center", va="bottom", fontsize=9)


def draw_passes(ax: Axes) -> None:
    """784-128-10 forward (above) and backward (below); what has to be kept in between has a colour."""
    places = [0.0, 3.3, 6.2, 9.5, 12.4]
    forward = [
        ("x", "n × 784", True),
        ("z₁", "n × 128", True),
        ("h", "n × 128", True),
        ("z₂", "n × 10", False),
        ("p, L", "n × 10", True),
    ]
    for x, (words, shape, kept) in zip(places, forward, strict=True):
        _box(ax, x, FORWARD_Y, words, shape, kept)
    for k, words in enumerate(("· W₁ + b₁", "f", "· W₂ + b₂", "softmax")):
        _arrow(ax, (places[k] + BOX, FORWARD_Y), (places[k + 1], FORWARD_Y), words)
    _box(ax, places[3], BACKWARD_Y, "δ₂", "n × 10", False)
    _box(ax, places[1], BACKWARD_Y, "δ₁", "n × 128", False)
    turn = places[4] + BOX / 2
    ax.plot([turn, turn], [FORWARD_Y - 0.36, BACKWARD_Y], color="black", linewidth=1.6)
    _arrow(ax, (turn, BACKWARD_Y), (places[3] + BOX, BACKWARD_Y), "p − Y")
    _arrow(ax, (places[3], BACKWARD_Y), (places[1] + BOX, BACKWARD_Y), "· W₂ᵀ, then × f′(z₁)", -0.36)
    for place, from_, words in ((3, 2, "hᵀδ₂, for W₂"), (1, 0, "xᵀδ₁, for W₁")):
        bottom = places[place] + BOX / 2, BACKWARD_Y - 0.36
        _arrow(ax, bottom, (bottom[0], BACKWARD_Y - 0.95))
        ax.text(bottom[0], BACKWARD_Y - 1.02, words, ha="center", va="top", fontsize=10.5)
        _arrow(
            ax,
            (places[from_] + BOX / 2, FORWARD_Y - 0.36),
            (places[place] + (0.1 if from_ else 0.05), BACKWARD_Y + 0.4),
            color=KEPT,
            linestyle="--",
        )
    _arrow(
        ax,
        (places[1] + BOX / 2, FORWARD_Y - 0.36),
        (places[1] + BOX / 2, BACKWARD_Y + 0.4),
        color=KEPT,
        linestyle="--",
    )
    ax.text(places[0], BACKWARD_Y - 0.15, "orange: kept\nuntil backward\nreads it", color=KEPT, fontsize=10)
    ax.set(xlim=(-0.2, places[4] + BOX + 0.2), ylim=(-1.3, 2.1), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
