"""Chapter 02: the loss of a small network on a plane through its weights, and optimizers that walk on that plane."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from scipy.special import logsumexp

from utils.plots import COLOURS


def directions(start: list, end: list, other: list) -> tuple[list, list]:
    """Two orthonormal directions in weight space: from ``start`` to ``end``, and what of ``other`` is left.

    All are lists of arrays with the same shapes, seen as one long vector; so are both results.
    """
    first = _unit([e - s for s, e in zip(start, end, strict=True)])
    along = sum(np.sum(o * f) for o, f in zip(other, first, strict=True))
    return first, _unit([o - along * f for o, f in zip(other, first, strict=True)])


def _unit(parts: list) -> list:
    length = np.sqrt(sum(np.sum(part**2) for part in parts))
    return [part / length for part in parts]


class Slice:
    """f(a, b) = loss(start + a·first + b·second) of a network x → relu(x·w1 + b1)·w2 + b2, over all of x.

    ``x (n, d)``, ``y (n,)`` labels; ``start``, ``first`` and ``second`` are lists ``[w1 (d, m), b1 (m,),
    w2 (m, c), b2 (c,)]``. The first layer's sums are linear in (a, b), so that x meets the large matrix here,
    three times, and never again: that makes each point cheap.
    """

    def __init__(self, x: np.ndarray, y: np.ndarray, start: list, first: list, second: list):
        self.rows, self.y = np.arange(len(x)), y
        self.sums = [x @ w1 + b1 for w1, b1, _, _ in (start, first, second)]  # 3 × (n, m)
        self.w2 = [parts[2] for parts in (start, first, second)]  # 3 × (m, c)
        self.b2 = [parts[3] for parts in (start, first, second)]  # 3 × (c,)

    def loss(self, a: float, b: float) -> float:
        """Mean cross-entropy at one point of the plane."""
        return self._forward(a, b)[-1]

    def gradient(self, a: float, b: float) -> np.ndarray:
        """``(2,)``: the slopes of the loss along ``first`` and ``second``."""
        z, h, w2, by_logits, _ = self._forward(a, b)  # by_logits (n, c): the probabilities, so far
        by_logits[self.rows, self.y] -= 1
        by_z = (by_logits @ w2.T) * (z > 0)  # (n, m)
        slopes = [
            np.sum(by_z * self.sums[k]) + np.sum(by_logits * (h @ self.w2[k] + self.b2[k])) for k in (1, 2)
        ]
        return np.array(slopes) / len(self.y)

    def grid(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """Losses ``(len(b), len(a))``, as contour plots want them."""
        return np.array([[self.loss(x, y) for x in a] for y in b])

    def _forward(self, a: float, b: float):
        z, w2, b2 = (of[0] + a * of[1] + b * of[2] for of in (self.sums, self.w2, self.b2))
        h = np.maximum(z, 0)  # (n, m)
        logits = h @ w2 + b2  # (n, c)
        total = logsumexp(logits, axis=1)  # (n,)
        loss = float(np.mean(total - logits[self.rows, self.y]))
        return z, h, w2, np.exp(logits - total[:, None]), loss


def walk(surface: Slice, optimizer, start: Sequence[float], steps: int) -> np.ndarray:
    """Points ``(1 + steps, 2)`` of ``optimizer.step(point, gradient)``; fewer if it blows up."""
    points = [np.array(start, float)]
    for _ in range(steps):
        point = optimizer.step(points[-1], surface.gradient(*points[-1]))
        if not np.all(np.abs(point) < 1e3):
            break
        points.append(point)
    return np.array(points)


def draw_surface(a: np.ndarray, b: np.ndarray, losses: np.ndarray, ax: Axes) -> None:
    """Contours of ``losses (len(b), len(a))``, dark where low; a factor of 1.3 from line to line."""
    count = np.log(losses.max() / losses.min()) / np.log(1.3)
    levels = losses.min() * 1.3 ** np.arange(int(count) + 2)
    ax.contourf(a, b, np.log(losses), np.log(levels), cmap="Greys_r", vmin=-4, vmax=1.5)
    ax.contour(a, b, np.log(losses), np.log(levels), colors="0.35", linewidths=0.4, linestyles="-")


def draw_walk(points: np.ndarray, ax: Axes, colour: str = COLOURS[1]) -> None:
    """A walk ``(steps, 2)``: a dot a step, a square at its start, a cross at its end."""
    ax.plot(*points.T, "o-", color=colour, markersize=3, linewidth=1)
    for end, marker in ((points[0], "s"), (points[-1], "X")):
        ax.plot(*end, marker, color="white", markeredgecolor="black", markersize=9)


def explore_walks(
    surface: Slice,
    optimizers: Mapping[str, Callable],
    a: np.ndarray,
    b: np.ndarray,
    losses: np.ndarray,
    start: Sequence[float],
    steps: int = 100,
) -> ipywidgets.interactive:
    """A widget: choose an optimizer, ``optimizers[name](lr)``, and its learning rate; see where it walks."""

    def show(optimizer: str, lr: float) -> None:
        points = walk(surface, optimizers[optimizer](lr), start, steps)
        _, ax = plt.subplots(figsize=(6.8, 3.2))
        draw_surface(a, b, losses, ax)
        draw_walk(points, ax)
        blown = "" if len(points) > steps else ", and then it blew up"
        end = surface.loss(*points[-1])
        ax.set_title(f"{optimizer}, lr {lr:g}: loss {end:.3f} after {len(points) - 1} steps{blown}")
        ax.set(xlim=(a[0], a[-1]), ylim=(b[0], b[-1]), xlabel="a", ylabel="b")
        plt.show()

    return ipywidgets.interactive(
        show,
        optimizer=ipywidgets.ToggleButtons(options=list(optimizers)),
        lr=ipywidgets.SelectionSlider(options=[0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1, 3], value=0.3),
    )
