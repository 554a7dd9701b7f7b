"""Chapter 11's design problem: a CNN whose weights are stored in a few bits each, as real bytes."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from utils.by_hand import whole
from utils.ch11.packing import packed, unpacked
from utils.checks import fixed
from utils.cnn.in_torch import load_cnn, small_cnn
from utils.cnn.moved import digits
from utils.data import load_mnist, tensors

LAYERS = ("conv1", "conv2", "dense")
GRAINS = ("tensor", "channel")
MOST_BITS, BUDGET, AT_LEAST = 8, 12_000, 97.7  # bits, bytes, % of validation


class BadPlan(ValueError):
    """The plan stores no network; the message says why."""


def table(plan: dict) -> np.ndarray:
    """The plan as whole numbers (3, 2): bits of each layer, and 0 for a scale per tensor, 1 per channel."""
    form = "{'conv1': (8, 'tensor'), 'conv2': (8, 'tensor'), 'dense': (8, 'tensor')}"
    if not isinstance(plan, dict):
        raise BadPlan(f"a plan is a dict such as {form}; yours is a {type(plan).__name__}: {plan!r}")
    missing = [name for name in LAYERS if name not in plan]
    unknown = [name for name in plan if name not in LAYERS]
    if missing or unknown:
        more = f", and {unknown!r} {'are' if len(unknown) > 1 else 'is'} none of its layers" * bool(unknown)
        raise BadPlan(f"a plan is a dict such as {form}; yours has no {', no '.join(missing)}{more}")
    rows = np.zeros((len(LAYERS), 2), int)
    for row, name in zip(rows, LAYERS, strict=True):
        row[:] = _numbers(name, plan[name])
    return rows


def _numbers(name: str, layer: object) -> tuple[int, int]:
    """(bits, 0 or 1) of one layer; BadPlan where it isn't a pair of bits and a grain."""
    if not isinstance(layer, list | tuple) or len(layer) != 2:
        raise BadPlan(f"{name}: {layer!r} is no pair (bits, grain), such as (8, 'tensor')")
    bits, grain = layer
    if isinstance(bits, str) and bits in GRAINS:
        raise BadPlan(f"{name}: {layer!r} has them the wrong way round: bits first, then the grain")
    n = whole(bits)
    if n is None:
        kind = "text" if isinstance(bits, str) else f"of type {type(bits).__name__}"
        raise BadPlan(f"{name}: bits are a whole number, 1 to {MOST_BITS}; {bits!r} is {kind}")
    if not 1 <= n <= MOST_BITS:
        raise BadPlan(f"{name}: bits are 1 to {MOST_BITS}; yours are {n}")
    if not isinstance(grain, str) or grain not in GRAINS:
        raise BadPlan(f"{name}: a grain is 'tensor' or 'channel'; yours is {grain!r}")
    return n, GRAINS.index(grain)


def from_table(rows: np.ndarray) -> dict:
    """The plan that :func:`table` has turned into numbers (3, 2)."""
    return {name: (bits, GRAINS[grain]) for name, (bits, grain) in zip(LAYERS, rows.tolist(), strict=True)}


def as_bytes(model: nn.Sequential, plan: dict) -> bytes:
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
        bias = layer.bias.detach().numpy().astype(np.float32)
        parts += [scale.tobytes(), zero.astype(np.uint8).tobytes(), packed(q, bits).tobytes(), bias.tobytes()]
    return b"".join(parts)


def from_bytes(stored: bytes, plan: dict) -> nn.Sequential:
    """The network that :func:`as_bytes` has stored, in evaluation mode: nothing else goes in."""
    model, at = small_cnn(), 0

    def take(count: int, kind) -> np.ndarray:
        nonlocal at
        start, at = at, at + count * np.dtype(kind).itemsize
        return np.frombuffer(stored[start:at], kind)

    for layer, (bits, per_channel) in zip(_weighted(model), table(plan).tolist(), strict=True):
        shape = tuple(layer.weight.shape)
        n, channels = int(np.prod(shape)), shape[0] if per_channel else 1
        scale, zero = take(channels, np.float32), take(channels, np.uint8)
        q = unpacked(take(-(-n * bits // 8), np.uint8), bits, (channels, n // channels))
        w = scale[:, None] * (q.astype(np.float32) - zero[:, None])
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(w.reshape(shape)))
            layer.bias.copy_(torch.from_numpy(take(shape[0], np.float32).copy()))
    return model.eval()


def _weighted(model: nn.Sequential) -> list[nn.Module]:
    return [layer for layer in model if isinstance(layer, nn.Conv2d | nn.Linear)]


def store(plan: dict) -> tuple[bytes, nn.Sequential]:
    """(bytes, network): the shipped CNN's weights as the plan packs them, and what is unpacked from that."""
    stored = as_bytes(load_cnn(), plan)
    return stored, from_bytes(stored, plan)


def try_out(plan: dict) -> None:
    """Print how many bytes a plan stores, and the network's accuracy on validation, in %."""
    stored, network = store(plan)
    print(f"{len(stored):,} bytes; {right_on_validation(network):.2f}%")


def right_on_validation(network: nn.Module) -> float:
    """Accuracy on the 5,000 images of validation, in %."""
    data = load_mnist()
    x, _ = tensors(data.x_val, data.y_val)
    return 100 * float(np.mean(digits(network, x) == data.y_val))


fixed(__name__)
