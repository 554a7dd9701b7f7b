"""Chapter 01: browse what a classifier gets wrong: by true class, predicted class and how sure it was."""

from __future__ import annotations

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np

ANY = "any"


def select_mistakes(
    y: np.ndarray,
    p: np.ndarray,
    true: int | None = None,
    predicted: int | None = None,
    at_least: float = 0.0,
) -> np.ndarray:
    """Indices of the wrong predictions that fit, the surest first.

    ``y (n,)`` holds the labels, ``p (n, c)`` the predicted probabilities; ``None`` stands for any class,
    and ``at_least`` is the least probability of the predicted class.
    """
    guess, sure = p.argmax(axis=1), p.max(axis=1)
    fits = (guess != y) & (sure >= at_least)
    if true is not None:
        fits &= y == true
    if predicted is not None:
        fits &= guess == predicted
    found = np.flatnonzero(fits)
    return found[np.argsort(-sure[found], kind="stable")]


def draw_mistakes(x: np.ndarray, y: np.ndarray, p: np.ndarray, chosen: np.ndarray, most: int = 24):
    """The first ``most`` chosen images, 8 a row, each as "true→predicted" and how sure it was."""
    shown = chosen[:most]
    rows = max(1, -(-len(shown) // 8))
    fig, axes = plt.subplots(rows, 8, figsize=(8, 1.35 * rows + 0.3), squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    for ax, i in zip(axes.flat, shown, strict=False):
        ax.imshow(x[i])
        ax.set_title(f"{y[i]}→{p[i].argmax()}  {p[i].max():.1%}", fontsize=10, loc="center")
    fig.suptitle(f"{len(chosen)} mistakes; the {len(shown)} surest of them", fontsize=11, x=0.01, ha="left")
    return fig


def browse_mistakes(x: np.ndarray, y: np.ndarray, p: np.ndarray) -> ipywidgets.interactive:
    """A widget over :func:`draw_mistakes`: choose the true class, the predicted one, and how sure."""

    def show(true, predicted, at_least) -> None:
        draw_mistakes(
            x,
            y,
            p,
            select_mistakes(
                y, p, None if true == ANY else true, None if predicted == ANY else predicted, at_least
            ),
        )
        plt.show()

    classes = [ANY, *range(p.shape[1])]
    return ipywidgets.interactive(
        show,
        true=ipywidgets.Dropdown(options=classes, value=ANY),
        predicted=ipywidgets.Dropdown(options=classes, value=ANY),
        at_least=ipywidgets.SelectionSlider(options=[0.0, 0.5, 0.8, 0.9, 0.99], description="at least"),
    )
