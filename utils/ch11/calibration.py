"""Chapter 11's four ways to choose a range for activations behind a ReLU, for its study."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from utils.ch11.entropy import entropy_bins
from utils.ch11.grids import make_grid


def by_minmax(x: torch.Tensor, bits: int) -> float:
    return x.max().item()


def by_percentile(x: torch.Tensor, bits: int, percent: float = 99.9) -> float:
    return float(np.percentile(x.numpy(), percent))


def by_mse(x: torch.Tensor, bits: int) -> float:
    """Of 100 tops the one with the least squared error; a histogram's middles stand for the values."""
    counts, edges = np.histogram(x.numpy(), 2048, (0, x.max().item()))
    middles = torch.from_numpy((edges[:-1] + edges[1:]) / 2)
    tops = x.max().double() * torch.linspace(0.01, 1, 100).double()
    errors = [make_grid(0 * top, top, bits).rounded(middles) - middles for top in tops]
    return tops[int(np.argmin([(torch.from_numpy(counts) * e.square()).sum() for e in errors]))].item()


def by_entropy(x: torch.Tensor, bits: int) -> float:
    top = x.max().item()
    counts, _ = np.histogram(x.numpy(), 2048, (0, top))
    return top * entropy_bins(counts, 2**bits) / len(counts)


METHODS: dict[str, Callable[[torch.Tensor, int], float]] = {
    "min–max": by_minmax,
    "percentile": by_percentile,
    "MSE": by_mse,
    "entropy": by_entropy,
}
