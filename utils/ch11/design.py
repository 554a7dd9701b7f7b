"""Chapter 11's design problem: a CNN whose weights are stored in a few bits each, as real bytes."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from utils.by_hand import whole
from utils.cnn.in_torch import small_cnn

LAYERS = ("conv1", "conv2", "dense")
GRAINS = ("tensor", "channel")
MOST_BITS = 8


class BadPlan(ValueError):
    """The plan stores no network; the message says why."""


def table(plan: dict) -> np.ndarray:
    """The plan as whole numbers (3, 2): bits of each layer, and 0 for a scale per tensor, 1 per channel."""
    form = "{'conv1': (bits, grain), 'conv2': …, 'dense': …}"
    if not isinstance(plan, dict) or set(plan) != set(LAYERS):
        raise BadPlan(f"a plan is a dict {form}; yours is {plan!r}")
    rows = np.zeros((len(LAYERS), 2), int)
    for row, name in zip(rows, LAYERS, strict=True):
        layer = plan[name]
        two = isinstance(layer, list | tuple) and len(layer) == 2
        bits, grain = layer if two else (None, None)
        if (n := whole(bits)) is None or not 1 <= n <= MOST_BITS or str(grain) not in GRAINS:
            words = f"bits are 1 to {MOST_BITS}, a grain is 'tensor' or 'channel'"
            raise BadPlan(f"{name}: {layer!r} is no (bits, grain); {words}")
        row[:] = n, GRAINS.index(str(grain))
    return rows


def from_table(rows: np.ndarray) -> dict:
    """The plan that :func:`table` has turned into numbers (3, 2)."""
    return {name: (bits, GRAINS[grain]) for name, (bits, grain) in zip(LAYERS, rows.tolist(), strict=True)}


def packed(model: nn.Sequential, plan: dict) -> bytes:
    """The trained ``small_cnn`` as a plan stores it; its length is what it costs.

    Of each layer: a float32 scale and a byte of zero point for the tensor or for each output channel, the
    weights' integers, ``bits`` bits each without a gap, and the biases in float32. The range is min–max.
    """
    parts = []
    for layer, (bits, per_channel) in zip(_weighted(model), table(plan).tolist(), strict=True):
        w = layer.weight.detach().numpy().astype(np.float64)
        rows = w.reshape(len(w) if per_channel else 1, -1)  # (channels or 1, weights)
        low, high = np.minimum(rows.min(axis=1), 0), np.maximum(rows.max(axis=1), 0)
        steps = 2**bits - 1
        scale = np.where(high > low, (high - low) / steps, 1).astype(np.float32)
        zero = np.clip(np.round(-low / scale), 0, steps)
        q = np.clip(np.round(rows / scale[:, None]) + zero[:, None], 0, steps).astype(np.uint8)
        each = np.unpackbits(q.reshape(-1, 1), axis=1)[:, 8 - bits :]  # (weights, bits)
        bias = layer.bias.detach().numpy().astype(np.float32)
        parts += [scale.tobytes(), zero.astype(np.uint8).tobytes(), np.packbits(each).tobytes()]
        parts.append(bias.tobytes())
    return b"".join(parts)


def unpacked(stored: bytes, plan: dict) -> nn.Sequential:
    """The network that :func:`packed` has stored, in evaluation mode: nothing else goes in."""
    model, at = small_cnn(), 0

    def take(count: int, kind) -> np.ndarray:
        nonlocal at
        start, at = at, at + count * np.dtype(kind).itemsize
        return np.frombuffer(stored[start:at], kind)

    for layer, (bits, per_channel) in zip(_weighted(model), table(plan).tolist(), strict=True):
        shape = tuple(layer.weight.shape)
        n, channels = int(np.prod(shape)), shape[0] if per_channel else 1
        scale, zero = take(channels, np.float32), take(channels, np.uint8)
        each = np.unpackbits(take(-(-n * bits // 8), np.uint8))[: n * bits].reshape(n, bits)
        q = np.packbits(each, axis=1).ravel() >> (8 - bits)  # packbits fills a byte from its left
        w = scale[:, None] * (q.reshape(channels, -1).astype(np.float32) - zero[:, None])
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(w.reshape(shape)))
            layer.bias.copy_(torch.from_numpy(take(shape[0], np.float32).copy()))
    return model.eval()


def _weighted(model: nn.Sequential) -> list[nn.Module]:
    return [layer for layer in model if isinstance(layer, nn.Conv2d | nn.Linear)]
