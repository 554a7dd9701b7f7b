"""Lesson of chapter 09: a weight matrix as the arrays of a file, in several sparse formats, and what each will take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy import sparse

SKIP = 15  # the code that stands for 15 zeros and no value


def dense(w: np.ndarray) -> list[np.ndarray]:
    """Every number, zeros too."""
    return [w]


def bitmask(w: np.ndarray) -> list[np.ndarray]:
    """A bit a weight, then the nonzero values."""
    return [np.packbits(w != 0), w[w != 0]]


def csr(bits: int) -> Callable[[np.ndarray], list[np.ndarray]]:
    """Compressed sparse rows: where each row starts, each value's column in so many bits, the values."""

    def arrays(w: np.ndarray) -> list[np.ndarray]:
        rows = sparse.csr_array(w)
        width = {16: np.uint16, 32: np.int32, 64: np.int64}[bits]
        starts = rows.indptr.astype(np.int64 if bits == 64 else np.int32)  # they count beyond 65,535
        return [starts, rows.indices.astype(width), rows.data]

    return arrays


def gap_codes(w: np.ndarray) -> np.ndarray:
    """How many zeros stand before each value: 0 … 14, or 15 for "15 zeros, and no value yet", then on.

    After Han et al., Deep Compression (2016), whose filler is a value of 0: here it takes no value.
    """
    gaps = np.diff(np.flatnonzero(w), prepend=-1) - 1
    skips = gaps // SKIP
    codes = np.full(len(gaps) + skips.sum(), SKIP, np.uint8)
    codes[np.arange(len(gaps)) + np.cumsum(skips)] = gaps % SKIP
    return codes


def gaps(w: np.ndarray) -> list[np.ndarray]:
    """4-bit gaps, two a byte, then the nonzero values."""
    codes = gap_codes(w)
    pairs = np.append(codes, np.zeros(len(codes) % 2, np.uint8)).reshape(-1, 2)
    return [pairs[:, 0] << 4 | pairs[:, 1], w[w != 0]]


FORMATS: dict[str, Callable[[np.ndarray], list[np.ndarray]]] = {
    "dense": dense,
    "bitmask": bitmask,
    "CSR, 64-bit": csr(64),
    "CSR, 32-bit": csr(32),
    "CSR, 16-bit": csr(16),
    "4-bit gaps": gaps,
}


def predicted(name: str, rows: int, columns: int, density: float) -> float:
    """Bytes that FORMATS[name] takes for a float32 matrix whose nonzeros lie at random places."""
    n, nonzero = rows * columns, density * rows * columns
    if name == "dense":
        return 4 * n
    if name == "bitmask":
        return n / 8 + 4 * nonzero
    if name == "4-bit gaps":
        whole = (1 - density) ** SKIP  # the probability that the next 15 are 0
        return 4 * nonzero + (nonzero / (1 - whole) if density else n / SKIP) / 2
    index = int(name.removeprefix("CSR, ").removesuffix("-bit")) // 8
    return (4 + index) * nonzero + (8 if index == 8 else 4) * (rows + 1)


def entropy_bytes(rows: int, columns: int, density: float) -> float:
    """The fewest bytes, on average, for random places (Shannon), with 4 a value."""
    p = np.array([density, 1 - density])
    bits = -np.sum(p * np.log2(p, where=p > 0, out=np.zeros(2)))
    return rows * columns * (bits / 8 + 4 * density)


def write(arrays: list[np.ndarray], path: Path) -> int:
    """Write their bytes, one after another; the file's size."""
    path.write_bytes(b"".join(array.tobytes() for array in arrays))
    return path.stat().st_size
