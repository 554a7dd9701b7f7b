"""Calibration by entropy, as TensorRT does it: one of the four ways that chapter 11 compares."""

from __future__ import annotations

import numpy as np


def entropy_bins(counts: np.ndarray, levels: int, step: int = 16) -> int:
    """How many bins of a histogram ``counts (n,)`` to keep, so that ``levels`` integers tell the most.

    For each candidate, what lies beyond goes into the last bin that is kept: P. The same bins, merged into
    ``levels`` groups and spread evenly again over those that weren't empty, are Q. The candidate with the
    smallest Kullback–Leibler divergence of Q from P wins. Source: Migacz, 8-bit inference with TensorRT
    (GTC 2017). As there, bin 0 (after ReLU: mostly exact zeros, which every grid holds) isn't counted.
    """
    counts = np.asarray(counts, float).copy()
    counts[0] = counts[1]
    end = np.flatnonzero(counts)[-1] + 1 if counts.any() else len(counts)
    best, smallest = len(counts), np.inf
    for kept in range(max(levels, step), min(end + step, len(counts)) + 1, step):
        inside = counts[:kept]
        p = inside.copy()
        p[-1] += counts[kept:].sum()
        level = np.arange(kept) * levels // kept
        mass, filled = np.bincount(level, inside, levels), np.bincount(level, inside > 0, levels)
        q = np.where(inside > 0, (mass / np.maximum(filled, 1))[level], 0)
        some = p > 0
        if not np.all(q[some] > 0):
            continue
        p, q = p[some] / p.sum(), q[some] / q.sum()
        divergence = np.sum(p * np.log(p / q))
        if divergence < smallest:
            best, smallest = kept, divergence
    return best
