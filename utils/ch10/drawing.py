"""Lesson of chapter 10: its diagrams. What belongs to one channel has one colour, in whichever layer it lies."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from utils.plots import COLOURS

FIRST, SECOND, PALE = COLOURS[1], COLOURS[0], "#e4e4e4"
N1, N2, COLUMNS = 4, 5, 3  # channels drawn of each layer; columns drawn of a channel's 49
GONE_1, GONE_2 = 1, 3  # the channels that go


def _grid(ax: Axes, left: float, rows: int, columns: int, colour_of, title: str) -> float:
    """A matrix of boxes, its top at 0; where the next one may begin."""
    for row in range(rows):
        for column in range(columns):
            colour = colour_of(row, column) or PALE
            ax.add_patch(plt.Rectangle((left + column, -row - 1), 0.88, 0.88, color=colour, linewidth=0))
    ax.text(left, 0.35, title, fontsize=9.5, va="bottom")
    return left + max(columns, 3.6) + 1.2


def draw_coupled(ax: Axes) -> None:
    """The weights of conv, batch norm, conv, batch norm, dense: what goes with one channel of each conv."""

    def row_of(gone, colour):
        return lambda row, column: colour if row == gone else None

    def both(row, column):
        return SECOND if row == GONE_2 else FIRST if column == GONE_1 else None

    def columns(row, column):
        return SECOND if column // COLUMNS == GONE_2 else None

    left = _grid(ax, 0, N1, 2, row_of(GONE_1, FIRST), "conv 1\nfilters, bias")
    left = _grid(ax, left, N1, 4, row_of(GONE_1, FIRST), "batch norm 1\nγ, β, μ, σ²")
    left = _grid(ax, left, N2, N1, both, "conv 2\nout × in")
    left = _grid(ax, left, N2, 4, row_of(GONE_2, SECOND), "batch norm 2\nγ, β, μ, σ²")
    left = _grid(ax, left, 3, N2 * COLUMNS, columns, "dense: out × (channel, position), 49 columns a channel")
    ax.text(0, -N2 - 1.0, "a channel of conv 1", color=FIRST, fontsize=10.5)
    ax.text(0, -N2 - 2.0, "a channel of conv 2", color=SECOND, fontsize=10.5)
    ax.set(xlim=(-0.3, left), ylim=(-N2 - 2.3, 2.2), xticks=[], yticks=[])
    ax.set_aspect("equal")
    ax.spines[:].set_visible(False)


def draw_residual(ax: Axes) -> None:
    """A residual block: the channels of its input, of its second conv's output and of the sum are one group."""
    boxes = {"conv a": 2.2, "bn, ReLU": 5.0, "conv b": 7.8, "bn": 10.6}
    for name, x in boxes.items():
        ax.add_patch(plt.Rectangle((x, -0.5), 1.9, 1, facecolor=PALE, edgecolor="black", linewidth=0.8))
        ax.text(x + 0.95, 0, name, ha="center", va="center", fontsize=9.5)
    ax.add_patch(plt.Circle((14, 0), 0.42, facecolor="white", edgecolor="black"))
    ax.text(14, -0.03, "+", ha="center", va="center", fontsize=13)
    wires = [(0, 2.2, SECOND), (4.1, 5.0, FIRST), (6.9, 7.8, FIRST), (9.7, 10.6, SECOND)]
    wires += [(12.5, 13.58, SECOND), (14.42, 16.2, SECOND)]
    for start, end, colour in wires:
        ax.annotate("", (end, 0), (start, 0), arrowprops={"arrowstyle": "->", "color": colour, "lw": 3})
    ax.plot([1, 1, 14], [0, 1.5, 1.5], color=SECOND, linewidth=3)
    ax.annotate("", (14, 0.42), (14, 1.55), arrowprops={"arrowstyle": "->", "color": SECOND, "lw": 3})
    ax.text(4.1, -1.2, "inner channels: free to go", color=FIRST, fontsize=10.5)
    ax.text(4.1, 1.75, "one group: the sum adds channel k to channel k", color=SECOND, fontsize=10.5)
    ax.set(xlim=(-0.2, 16.4), ylim=(-1.5, 2.4), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
