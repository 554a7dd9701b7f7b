"""Lesson of chapter 09: diagrams of the pruning loop and of what each format stores."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from utils.ch09.stored import gap_codes
from utils.plots import COLOURS

VALUE, PLACE, ZERO = COLOURS[0], COLOURS[1], "#e3e3e3"
ROW = np.zeros(32, np.float32)
ROW[[2, 3, 9, 27]] = [0.4, -0.7, 0.2, 0.5]  # the last gap is 17: longer than a code can say


def draw_loop(ax: Axes) -> None:
    """A weight matrix on its way through one turn: trained, ranked, cut, trained on, cut again."""
    rng = np.random.default_rng(3)
    w = rng.normal(0, 1, (6, 6))
    mask = np.abs(w) >= np.sort(np.abs(w), axis=None)[-11]
    moved = w * mask + 0.25 * rng.normal(0, 1, w.shape)
    steps = [
        ("weights w", w),
        ("mask m:\nthe largest |w|", mask * 3.0),
        ("w·m", w * mask),
        ("a step moves\nmasked ones, too", moved),
        ("w·m again", moved * mask),
    ]
    for k, (words, shown) in enumerate(steps):
        colours = plt.get_cmap("Greys" if k == 1 else "PuOr")
        for (row, column), value in np.ndenumerate(shown):
            colour = ZERO if value == 0 else colours(0.85 if k == 1 else 0.5 + value / 5)
            ax.add_patch(plt.Rectangle((9 * k + column, -row), 0.9, 0.9, color=colour, linewidth=0))
        ax.text(9 * k + 3, 1.3, words, ha="center", va="bottom", fontsize=10)
        if k < 4:
            arrow = {"arrowstyle": "->", "linewidth": 1.5}
            ax.annotate("", (9 * k + 8.6, -2), (9 * k + 6.4, -2), arrowprops=arrow)
    back = {"arrowstyle": "->", "linewidth": 1.5, "connectionstyle": "arc3,rad=-0.18"}
    ax.annotate("", (30, -5.4), (39, -5.4), arrowprops=back)
    ax.text(34.5, -8.4, "every step", ha="center", fontsize=10)
    back["connectionstyle"] = "arc3,rad=-0.13"
    ax.annotate("", (12, -5.4), (29, -5.4), arrowprops=back)
    ax.text(20, -8.4, "gradual: every 16 steps, a sparser mask", ha="center", fontsize=10)
    ax.set(xlim=(-0.5, 43), ylim=(-9, 4.2), aspect="equal")
    ax.axis("off")


def draw_formats(ax: Axes) -> None:
    """A row of 32 weights, four of them nonzero, as each format stores it; a box is as wide as its bits."""
    nonzero = np.flatnonzero(ROW)
    values = [(32, f"{v:g}", VALUE) for v in ROW[nonzero]]
    rows = {
        "dense": [(32, f"{v:g}" if v else "", VALUE if v else ZERO) for v in ROW],
        "bitmask": [(1, "", PLACE if v else ZERO) for v in ROW] + values,
        "CSR, 32-bit": [(32, str(c), PLACE) for c in nonzero] + values,
        "CSR, 16-bit": [(16, str(c), PLACE) for c in nonzero] + values,
        "4-bit gaps": [(4, str(code), PLACE) for code in gap_codes(ROW)] + values,
    }
    for k, boxes in enumerate(rows.values()):
        left = 0
        for bits, words, colour in boxes[:10] if k == 0 else boxes:
            ax.add_patch(plt.Rectangle((left, -k), bits - 0.3, 0.62, color=colour, linewidth=0))
            if words and bits >= 16:
                white = {"color": "white", "fontsize": 8, "ha": "center", "va": "center"}
                ax.text(left + bits / 2, 0.3 - k, words, **white)
            left += bits
        total = sum(bits for bits, _, _ in boxes)
        ax.text(left + 5, 0.3 - k, f"{'' if k else '…  '}{total:,} bits", va="center", fontsize=10)
    codes = ", ".join(map(str, gap_codes(ROW)))
    ax.text(232, -3.7, f"gaps {codes}:\n15 is 15 zeros and no value", va="center", fontsize=10)
    ax.text(70, -4.9, "places", color=PLACE, fontsize=10, ha="center")
    ax.text(120, -4.9, "values", color=VALUE, fontsize=10, ha="center")
    ax.set(xlim=(0, 425), ylim=(-5.1, 0.9))
    ax.set_yticks([0.3 - k for k in range(len(rows))], list(rows))
    ax.set_xticks([])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
