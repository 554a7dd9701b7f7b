"""Lesson of chapter 02: its first picture, what the slopes of all weights cost by two ways, over the network's size."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Sequence

import numpy as np

from utils.timing import time_repeats


def network(width: int, rng: np.random.Generator) -> list:
    """Weights of 784-width-10, float32, without biases."""
    sizes = (784, width), (width, 10)
    return [rng.normal(0, np.sqrt(2 / m), (m, out)).astype(np.float32) for m, out in sizes]


def forward(ws: list, x: np.ndarray, y: np.ndarray) -> tuple:
    """``h (n, width)``, softmax ``p (n, 10)`` and the mean cross-entropy."""
    h = np.maximum(x @ ws[0], 0)
    z = h @ ws[1]
    z -= z.max(axis=1, keepdims=True)
    e = np.exp(z)
    total = e.sum(axis=1, keepdims=True)
    return h, e / total, float((np.log(total[:, 0]) - z[np.arange(len(y)), y]).mean())


def slopes(ws: list, x: np.ndarray, y: np.ndarray) -> list:
    """The loss's gradients, by one forward and one backward pass."""
    h, delta, _ = forward(ws, x, y)
    delta[np.arange(len(y)), y] -= 1
    delta /= np.float32(len(y))
    return [x.T @ (delta @ ws[1].T * (h > 0)), h.T @ delta]


def by_size(widths: Sequence[int], x: np.ndarray, y: np.ndarray, repeats: int = 31) -> list[tuple]:
    """One row per width: weights; seconds by the definition (two forward passes per weight), by one backward pass."""
    rows = []
    for width in widths:
        ws = network(width, np.random.default_rng(width))
        weights = sum(w.size for w in ws)
        one = np.median(time_repeats(lambda ws=ws: forward(ws, x, y), repeats))
        all_ = np.median(time_repeats(lambda ws=ws: slopes(ws, x, y), repeats))
        rows.append((weights, 2 * weights * one, all_))
    return rows


def peak_mb(function: Callable, *arguments) -> float:
    """The most memory, in MB, that arrays made by one call hold at a time (NumPy tells tracemalloc of each)."""
    tracemalloc.start()
    try:
        function(*arguments)
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()
