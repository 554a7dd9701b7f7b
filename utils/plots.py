"""One look for every figure of the course: legible at laptop width, safe for colour-blind readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from sklearn.metrics import ConfusionMatrixDisplay

# Okabe and Ito, "Color Universal Design" (2008): told apart with any colour vision. Dark ones first, so
# that lines stay visible in print.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
MARKERS = ["o", "s", "^", "D", "v", "P", "X"]  # beside colour, so that grey print can be read too


def use_style() -> None:
    """Set matplotlib's defaults for this kernel."""
    plt.rcParams.update(
        {
            "figure.figsize": (7.5, 3.2),
            "figure.dpi": 100,
            "figure.constrained_layout.use": True,
            "font.size": 11,
            "axes.prop_cycle": plt.cycler(color=COLOURS),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.titlelocation": "left",
            "legend.frameon": False,
            "image.cmap": "gray_r",
        }
    )


def learning_curves(history: Mapping[str, Sequence[float]], ax: Axes | None = None) -> Axes:
    """One line a key of ``history`` (Keras' ``History.history``, or your own) over epochs 1, 2, …"""
    ax = ax or plt.gca()
    for (name, values), marker in zip(history.items(), MARKERS * len(history), strict=False):
        ax.plot(range(1, len(values) + 1), values, marker=marker, label=name.replace("_", " "))
    ax.set_xlabel("epoch")
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.legend()
    return ax


def image_grid(x: np.ndarray, y: np.ndarray, predicted: np.ndarray | None = None, columns: int = 10):
    """Images ``(n, height, width)`` with their labels; a wrong prediction is marked ✗ and framed."""
    rows = -(-len(x) // columns)
    fig, axes = plt.subplots(rows, columns, figsize=(0.75 * columns, 0.95 * rows), squeeze=False)
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
    guesses = y if predicted is None else predicted
    for ax, image, true, guess in zip(axes.flat, x, y, guesses, strict=False):
        ax.imshow(image)
        right = true == guess
        ax.set_title(f"{true}" if right else f"{true}→{guess} ✗", fontsize=10, loc="center")
        if not right:
            ax.spines[:].set(visible=True, color=COLOURS[1], linewidth=2)
    return fig


def confusion_matrix(y_true: np.ndarray, y_predicted: np.ndarray, labels: Sequence[str] | None = None):
    """Counts, true class by row; the diagonal is left pale so that the mistakes stand out."""
    shown = ConfusionMatrixDisplay.from_predictions(
        y_true,
        y_predicted,
        display_labels=labels,
        cmap="Blues",
        colorbar=False,
        include_values=False,
    )
    counts = shown.confusion_matrix
    mistakes = counts * (1 - np.eye(len(counts), dtype=int))
    shown.im_.set_data(mistakes)
    shown.im_.set_clim(0, max(1, mistakes.max()))
    for (row, column), count in np.ndenumerate(counts):
        dark = mistakes[row, column] > 0.6 * mistakes.max()
        shown.ax_.text(
            column,
            row,
            count,
            ha="center",
            va="center",
            color="white" if dark else "black",
            fontsize=9,
        )
    shown.figure_.set_size_inches(5.5, 5.5)
    return shown.ax_


def intervals(
    names: Sequence[str],
    estimates: Sequence[float],
    lows: Sequence[float],
    highs: Sequence[float],
    reference: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Estimates with their intervals, a row each, top to bottom; a dashed line at ``reference``."""
    ax = ax or plt.gca()
    estimates, lows, highs = map(np.asarray, (estimates, lows, highs))
    rows = np.arange(len(names))[::-1]
    ax.errorbar(estimates, rows, xerr=[estimates - lows, highs - estimates], fmt="o", capsize=4)
    if reference is not None:
        ax.axvline(reference, color="black", linestyle="--", linewidth=1)
    ax.set_yticks(rows, names)
    ax.set_ylim(-0.6, len(names) - 0.4)
    return ax
