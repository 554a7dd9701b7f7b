"""Lesson of chapter 08: number formats drawn, as bits and as the line of exponents that they cover."""

from __future__ import annotations

from collections.abc import Mapping

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from utils.plots import COLOURS

# name: (bits of exponent, bits of mantissa)
FORMATS = {
    "fp32": (8, 23),
    "TF32": (8, 10),
    "bf16": (8, 7),
    "fp16": (5, 10),
    "fp8 e5m2": (5, 2),
    "fp8 e4m3": (4, 3),
}
SIGN, EXPONENT, MANTISSA = COLOURS[6], COLOURS[1], COLOURS[0]
ZERO, SUBNORMAL, NORMAL = -25, -14, 16  # fp16: where zero, subnormal and normal numbers end, as powers of 2


def draw_bits(ax: Axes, formats: Mapping[str, tuple[int, int]] = FORMATS) -> None:
    """A box a bit: sign, exponent, mantissa."""
    for row, (e, m) in enumerate(formats.values()):
        for bit in range(1 + e + m):
            colour = SIGN if bit == 0 else EXPONENT if bit <= e else MANTISSA
            ax.add_patch(plt.Rectangle((bit, -row - 0.35), 0.86, 0.7, color=colour, linewidth=0))
        words = f"{1 + e + m} bits" if 1 + e + m != 19 else "19 bits, kept in 32"
        ax.text(1 + e + m + 0.4, -row, words, va="center", fontsize=10)
    for word, colour, x in (("sign", SIGN, 0), ("exponent", EXPONENT, 2.6), ("mantissa", MANTISSA, 9)):
        ax.text(x, 0.62, word, color=colour, fontsize=10)
    ax.set(xlim=(-0.3, 38), ylim=(0.6 - len(formats), 1.2), xticks=[])
    ax.set_yticks(-np.arange(len(formats)), list(formats))
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)


def draw_ranges(ax: Axes, formats: Mapping[str, tuple[int, int]] = FORMATS) -> None:
    """The exponents that a format's normal numbers have, and, pale, its subnormal ones."""
    for row, (e, m) in enumerate(formats.values()):
        bias = 2 ** (e - 1) - 1
        ax.barh(-row, 2 * bias, left=1 - bias, height=0.6, color=EXPONENT)
        ax.barh(-row, m, left=1 - bias - m, height=0.6, color=EXPONENT, alpha=0.35)
    ax.axvline(0, color="black", linewidth=0.8)
    ax.set(xlabel="exponent: sizes from $2^{-149}$ to $2^{128}$", ylim=(0.6 - len(formats), 1.2), yticks=[])


def draw_gradients(gradients: np.ndarray, log2_scale: float, ax: Axes | None = None) -> Axes:
    """The histogram of log₂ |g · scale| over the sizes that fp16 can hold; zeros in ``gradients`` (n,) are left out."""
    ax = ax or plt.gca()
    sizes = np.log2(np.abs(gradients[gradients != 0])) + log2_scale
    zero, over = np.mean(sizes <= ZERO), np.mean(sizes >= NORMAL)
    bands = [(-70, ZERO, COLOURS[1], "0"), (ZERO, SUBNORMAL, COLOURS[4], "subnormal")]
    bands += [(SUBNORMAL, NORMAL, COLOURS[2], "normal"), (NORMAL, 40, COLOURS[1], "∞")]
    for low, high, colour, word in bands:
        ax.axvspan(low, high, color=colour, alpha=0.15, linewidth=0)
        ax.text(
            (max(low, -60) + min(high, 30)) / 2, 1.02, word, transform=ax.get_xaxis_transform(), ha="center"
        )
    parts = np.full(len(sizes), 100 / len(sizes))
    ax.hist(sizes, bins=np.arange(-70, 41), weights=parts, color=COLOURS[0])
    ax.set(xlim=(-60, 30), ylabel="% of gradients")
    words = f"scale $2^{{{log2_scale:.0f}}}$: {zero:.1%} flushed to 0" + (f", {over:.1%} ∞" if over else "")
    ax.text(0.01, 0.86, words, transform=ax.transAxes)
    ax.set_xlabel("size of (scaled) gradient, as a power of 2")
    return ax


def explore_scale(gradients: np.ndarray) -> ipywidgets.interactive:
    """Slide the scale; see what fp16 makes of the gradients (n,)."""

    def show(log2_scale: int) -> None:
        plt.figure(figsize=(7.5, 2.4))
        draw_gradients(gradients, log2_scale)
        plt.show()

    return ipywidgets.interactive(
        show, log2_scale=ipywidgets.IntSlider(0, -10, 50, description="log₂ scale", continuous_update=False)
    )
