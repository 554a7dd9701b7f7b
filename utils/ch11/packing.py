"""Bits packed into bytes: chapter 11's lesson counts them, and its design problem stores a network in them."""

from __future__ import annotations

import numpy as np


def packed(q: np.ndarray, bits: int) -> np.ndarray:
    """Integers 0 … 2^bits − 1, any shape, as bytes ``(⌈size · bits / 8⌉,) uint8``: no bit is left unused."""
    q = np.asarray(q)
    if q.size and (q.min() < 0 or q.max() >= 2**bits):
        raise ValueError(f"{bits} bits hold 0 to {2**bits - 1}, not {q.min()} to {q.max()}")
    places = np.arange(bits - 1, -1, -1)
    return np.packbits((q.reshape(-1, 1) >> places & 1).astype(np.uint8))


def unpacked(bytes_: np.ndarray, bits: int, shape: tuple[int, ...]) -> np.ndarray:
    """What :func:`packed` packed, ``int64`` in its old shape."""
    count = int(np.prod(shape))
    digits = np.unpackbits(bytes_, count=count * bits).reshape(count, bits)
    return (digits @ (1 << np.arange(bits - 1, -1, -1))).reshape(shape)
