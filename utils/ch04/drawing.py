"""Lesson of chapter 04: its picture of what weights buy, its diagram of im2col, and its bars of four costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from utils.plots import COLOURS, MARKERS

FRAME = {"fill": False, "edgecolor": COLOURS[1], "linewidth": 2.5}


def draw_runs(ax: Axes, runs: Mapping[str, tuple[int, np.ndarray]]) -> None:
    """Accuracy on test over parameters; ``runs[name]``: the number of parameters, and a run each (n,)."""
    for k, (name, (parameters, accuracies)) in enumerate(runs.items()):
        ax.plot(np.full(len(accuracies), parameters), accuracies, MARKERS[k], color=COLOURS[k], alpha=0.7)
        right = k == 0
        ax.annotate(
            f"{name}: {parameters:,}",
            (parameters, accuracies.mean()),
            xytext=(10, 0),
            textcoords="offset points",
            va="center",
            color=COLOURS[k],
            fontweight="bold" if right else None,
        )
    ax.set(xscale="log", xlim=(2e4, 5e7), xlabel="parameters", ylabel="accuracy on test, %")


def draw_im2col(ax: Axes) -> None:
    """A 5 × 5 image, its nine windows as rows, two kernels as columns, and two maps; one window is framed."""
    image = np.arange(25).reshape(5, 5)
    rows = np.array([image[i : i + 3, j : j + 3].ravel() for i in range(3) for j in range(3)])

    def numbers(values: np.ndarray, left: float, title: str, wide: float = 1) -> None:
        high, width = values.shape
        top = high / 2
        for (i, j), value in np.ndenumerate(values):
            shade = str(1 - 0.45 * value / 24) if value != "" else "white"
            ax.add_patch(Rectangle((left + wide * j, top - i - 1), wide, 1, fc=shade, ec="#bbbbbb", lw=0.6))
            ax.text(left + wide * (j + 0.5), top - i - 0.5, value, ha="center", va="center", fontsize=8)
        ax.text(left + wide * width / 2, top + 0.35, title, ha="center", va="bottom", fontsize=9)

    def columns(left: float, high: int, width: int, title: str, names: Sequence[str]) -> None:
        for j, name in enumerate(names):
            for i in range(high):
                colour = (*bytes.fromhex(COLOURS[2 * j][1:]),)
                face = [1 - 0.35 * (1 - channel / 255) for channel in colour]
                ax.add_patch(
                    Rectangle((left + 1.3 * j, high / 2 - i - 1), 1.3, 1, fc=face, ec="white", lw=0.6)
                )
            ax.text(left + 1.3 * (j + 0.5), -high / 2 - 0.25, name, ha="center", va="top", fontsize=8)
        ax.text(left + 1.3 * width / 2, high / 2 + 0.35, title, ha="center", va="bottom", fontsize=9)

    numbers(image, 0, "image (5, 5)")
    ax.add_patch(Rectangle((1, -1.5), 3, 3, **FRAME))
    ax.annotate("", (7.4, 0), (5.4, 0), arrowprops={"arrowstyle": "->", "lw": 1.4})
    ax.text(6.4, 0.3, "im2col", ha="center", fontsize=9, style="italic")
    numbers(rows, 7.8, "a window is a row (9, 9)")
    ax.add_patch(Rectangle((7.8, -0.5), 9, 1, **FRAME))
    ax.text(17.7, 0, "·", ha="center", va="center", fontsize=18)
    columns(18.6, 9, 2, "a kernel is a\ncolumn (9, 2)", ("k₀", "k₁"))
    ax.text(22.1, 0, "=", ha="center", va="center", fontsize=14)
    columns(23, 9, 2, "a map is a\ncolumn (9, 2)", ("y₀", "y₁"))
    ax.add_patch(Rectangle((23, -0.5), 2.6, 1, **FRAME))
    ax.annotate("", (28.2, 0), (26.2, 0), arrowprops={"arrowstyle": "->", "lw": 1.4})
    ax.text(27.2, 0.3, "reshape", ha="center", fontsize=9, style="italic")
    for k, (left, bottom) in enumerate(((28.8, 0.4), (28.8, -3.4))):
        face = [1 - 0.35 * (1 - channel / 255) for channel in bytes.fromhex(COLOURS[2 * k][1:])]
        for i, j in np.ndindex(3, 3):
            ax.add_patch(Rectangle((left + j, bottom + i), 1, 1, fc=face, ec="white", lw=0.6))
        ax.add_patch(Rectangle((left + 1, bottom + 1), 1, 1, **FRAME))
    ax.text(30.3, 3.75, "maps (2, 3, 3)", ha="center", va="bottom", fontsize=9)
    ax.set(xlim=(-0.2, 32), ylim=(-5.8, 6.6), xticks=[], yticks=[], aspect="equal")
    ax.spines[:].set_visible(False)


def draw_costs(ax: Axes, costs: Mapping[str, Sequence[float]], layers: Sequence[str]) -> None:
    """Stacked bars: how each cost is spread over the layers, in % of its sum."""
    shades = [COLOURS[0], "#9ecae8", "#d6e9f5", COLOURS[1], "#f3b58a", "#fbe3d1", "#555555"]
    left = np.zeros(len(costs))
    rows = -np.arange(len(costs))
    for k, layer in enumerate(layers):
        parts = np.array([100 * values[k] / np.sum(values) for values in costs.values()])
        ax.barh(rows, parts, left=left, height=0.62, color=shades[k], edgecolor="white", label=layer)
        for row, start, part in zip(rows, left, parts, strict=True):
            if part >= 6:
                dark = k in (0, 3, 6)
                colour = "white" if dark else "black"
                ax.text(start + part / 2, row, f"{part:.0f}", ha="center", va="center", color=colour)
        left += parts
    ax.set_yticks(rows, list(costs))
    ax.set(xlabel="% of the sum over layers", xlim=(0, 100))
    ax.legend(ncols=len(layers), loc="upper center", bbox_to_anchor=(0.45, -0.22), fontsize=9, handlelength=1)
