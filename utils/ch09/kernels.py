"""Lesson of chapter 09: products with sparse matrices, timed against dense ones, and where they break even."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from scipy import sparse

from utils.claims import Condition
from utils.machine import machine
from utils.timing import call_ratios, relative  # noqa: F401 (relative is for the lesson)

# PyTorch says once a process that its CSR is beta, and that it checks no invariants
warnings.filterwarnings("ignore", message="Sparse (CSR|invariant)")

Call = Callable[[], object]
ratios = call_ratios


def dense_product(w: torch.Tensor, batch_size: int) -> Call:
    """A linear layer (out, in) without bias."""
    x = torch.ones(batch_size, w.shape[1])
    return lambda: F.linear(x, w)  # (b, out)


def torch_product(w: torch.Tensor, batch_size: int) -> Call:
    """The same from PyTorch's CSR with 32-bit indices; x lies as its kernel wants it, a column an image."""
    rows = w.to_sparse_csr()
    rows = torch.sparse_csr_tensor(
        rows.crow_indices().int(), rows.col_indices().int(), rows.values(), size=w.shape
    )
    x = torch.ones(w.shape[1], batch_size)

    @torch.no_grad()  # inference_mode knows no CSR
    def call() -> torch.Tensor:
        return rows @ x  # (out, b)

    return call


def scipy_product(w: torch.Tensor, batch_size: int) -> Call:
    """The same from SciPy's CSR."""
    rows, x = sparse.csr_array(w.numpy()), np.ones((w.shape[1], batch_size), np.float32)
    return lambda: rows @ x


SPARSE = {"PyTorch": torch_product, "SciPy": scipy_product}


def drawn(rows: int, columns: int, density: float, seed: int = 0) -> torch.Tensor:
    """A matrix (rows, columns) with exactly so many of its numbers, at random places, and 0 elsewhere."""
    rng = torch.Generator().manual_seed(seed)
    w = torch.zeros(rows * columns)
    keep = torch.randperm(len(w), generator=rng)[: round(density * len(w))]
    w[keep] = torch.randn(len(keep), generator=rng)
    return w.view(rows, columns)


def crossing(densities: np.ndarray, over: np.ndarray) -> float:
    """Where the ratio ``over`` (sparse time over dense) is 1, by lines between logarithms; beyond an end, that end."""
    logs = np.maximum.accumulate(np.log(over))  # noise may turn two neighbours round
    return float(np.exp(np.interp(0.0, logs, np.log(densities))))


def slow_denormals() -> Condition:
    """For the claim on denormals: where it was measured. Other makers' processors handle them in other ways."""
    there = "Intel" in machine().processor and machine().has("AVX-512")
    return Condition("on an Intel processor with AVX-512", there)
