"""Chapter 01: what one answer costs, by the size of the batch that it is asked in."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import keras
import numpy as np
from threadpoolctl import threadpool_limits

from utils.timing import median_interval, time_once


def in_numpy(weights: list[np.ndarray], x: np.ndarray) -> np.ndarray:
    """What 784-128-10 computes, for images (n, 28, 28): probabilities (n, 10)."""
    w1, b1, w2, b2 = weights
    z = np.maximum(x.reshape(len(x), -1) @ w1 + b1, 0) @ w2 + b2
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def times_by_turns(
    calls: Mapping[str, Callable], rounds: int = 61, seed: int = 0
) -> dict[str, tuple[float, float, float]]:
    """Of each call the median of its seconds and its 99.9% interval; every round has them all, in random order."""
    rng, names = np.random.default_rng(seed), list(calls)
    for call in calls.values():
        call(), call(), call()
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(rounds):
        for k in rng.permutation(len(names)):
            seconds[names[k]].append(time_once(calls[names[k]]))
    return {name: (float(np.median(s)), *median_interval(np.array(s))) for name, s in seconds.items()}


def cost_by_batch(
    network: keras.Model, x: np.ndarray, sizes: list[int], rounds: int = 61
) -> dict[str, np.ndarray]:
    """Seconds an image in batches of these sizes, ``(sizes, 3)``: median and interval; Keras, and NumPy beside it."""
    weights = [variable.numpy() for variable in network.weights]
    calls: dict[str, Callable] = {}
    for size in sizes:
        batch = x[:size]
        tensor = keras.ops.convert_to_tensor(batch)
        calls[f"Keras {size}"] = lambda tensor=tensor: network(tensor)
        calls[f"NumPy {size}"] = lambda batch=batch: in_numpy(weights, batch)
    with threadpool_limits(1, "blas"):  # NumPy's second thread would wait for other programs (chapter 00)
        found = times_by_turns(calls, rounds)
    return {
        name: np.array([found[f"{name} {size}"] for size in sizes]) / np.array(sizes)[:, None]
        for name in ("Keras", "NumPy")
    }
