"""Lesson of chapter 00: its diagrams. Time runs to the right; what the stopwatch sees lies between two ticks."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from utils.plots import COLOURS

A, B, SPELL = COLOURS[0], COLOURS[4], "#dddddd"
TICK = {"color": "black", "linewidth": 1.2}


def _box(
    ax: Axes, left: float, width: float, row: float, colour: str, text: str = "", ink: str = "white"
) -> None:
    ax.add_patch(plt.Rectangle((left, row), width, 0.7, facecolor=colour, edgecolor="white", linewidth=1))
    ax.text(left + width / 2, row + 0.33, text, color=ink, ha="center", va="center", fontsize=9)


def _bare(ax: Axes, right: float, low: float, high: float) -> None:
    ax.set(xlim=(-2.6, right), ylim=(low, high), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)


def draw_waiting(ax: Axes) -> None:
    """A caller and a device: where a stopwatch stops without waiting, and where it should."""
    ax.text(-2.5, 1.33, "your program", va="center", fontsize=10)
    ax.text(-2.5, 0.33, "the device", va="center", fontsize=10)
    _box(ax, 0, 2.3, 0, SPELL, "work from before", "black")
    _box(ax, 2.5, 0.5, 1, A, "call")
    _box(ax, 3.0, 3.9, 0, A, "the work of this call")
    _box(ax, 0, 2.3, 1, "white", "wait", "black")
    _box(ax, 3.2, 3.7, 1, "white", "wait", "black")
    for x, words, row in [(2.4, "start", 1.95), (3.1, "too early", 1.95), (7.0, "stop", 1.95)]:
        ax.plot([x, x], [-0.15, 1.85], linestyle=":" if words == "too early" else "-", **TICK)
        ax.text(x, row, words, ha="center" if words != "too early" else "left", va="bottom", fontsize=9.5)
    _bare(ax, 7.6, -0.25, 2.4)


def draw_turns(ax: Axes) -> None:
    """Eight calls in two orders, and a slow spell that holds the second half of them."""
    ax.axvspan(3.6, 8.4, ymax=0.86, color=SPELL, zorder=0)
    ax.text(6, 2.05, "a slow spell", ha="center", va="bottom", fontsize=9.5)
    for row, words, order in [
        (1, "all A, then all B", "AAAABBBB"),
        (0, "by turns (a bar\nbetween two pairs)", "ABBAABBA"),
    ]:
        ax.text(-2.5, row + 0.33, words, va="center", fontsize=10)
        left = 0.0
        for n, name in enumerate(order):
            width = 0.9 if n < 4 else 1.2
            _box(ax, left, width, row, A if name == "A" else B, name, "white" if name == "A" else "black")
            if row == 0 and n in (2, 4, 6):  # between two pairs
                ax.plot([left, left], [-0.15, 0.85], **TICK)
            left += width
    _bare(ax, 9, -0.25, 2.4)
