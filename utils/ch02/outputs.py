"""Lesson of chapter 02: a network with ten sigmoid outputs, trained by one of two losses, its accuracy on the way."""

from __future__ import annotations

import numpy as np
from scipy.special import expit as sigmoid

from utils.data import Mnist, to_float


def gradients(loss: str, params: list, x: np.ndarray, hot: np.ndarray) -> list:
    """Of x → relu(x·w1 + b1)·w2 + b2 → sigmoid, for labels ``hot (n, 10)`` of 0 and 1.

    ``loss``: "cross-entropy", or "squared error", ½ (p − y)², each summed over the outputs and averaged over images.
    """
    w1, b1, w2, b2 = params
    z1 = x @ w1 + b1
    h = np.maximum(z1, 0)
    p = sigmoid(h @ w2 + b2)
    slope = 1 if loss == "cross-entropy" else p * (1 - p)  # what squared error keeps of the sigmoid
    delta2 = (p - hot) * slope / x.dtype.type(len(x))
    delta1 = delta2 @ w2.T * (z1 > 0)
    return [x.T @ delta1, delta1.sum(axis=0), h.T @ delta2, delta2.sum(axis=0)]


def accuracies(
    loss: str, lr: float, params: list, data: Mnist, steps: int, seed: int, every: int = 25
) -> np.ndarray:
    """In % of 2,000 validation images, after 0, ``every``, … steps of SGD on 5,000 training images, 128 a step."""

    def rows(images):
        return to_float(images).reshape(-1, 784).astype(np.float32)

    x, y, x_val, y_val = rows(data.x_train[:5000]), data.y_train[:5000], rows(data.x_val[:2000]), data.y_val
    hot = np.eye(10, dtype=np.float32)[y]
    rng, params, found = np.random.default_rng(seed), [array.copy() for array in params], []
    for step in range(steps + 1):
        if step % every == 0:
            logits = np.maximum(x_val @ params[0] + params[1], 0) @ params[2] + params[3]
            found.append(100 * np.mean(logits.argmax(axis=1) == y_val[:2000]))
        batch = rng.integers(0, len(x), 128)
        for array, grad in zip(params, gradients(loss, params, x[batch], hot[batch]), strict=True):
            array -= np.float32(lr) * grad
    return np.array(found)
