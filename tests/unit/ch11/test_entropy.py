"""Ranges by entropy: outliers go, what fills its range stays."""

import numpy as np

from utils.ch11.entropy import entropy_bins


def test_entropy_drops_a_far_outlier_and_keeps_what_fills_its_range():
    x = np.abs(np.random.default_rng(0).normal(size=100_000))
    near, _ = np.histogram(x, 2048, (0, x.max()))
    far, _ = np.histogram(np.append(x, 8 * x.max()), 2048, (0, 8 * x.max()))
    assert entropy_bins(far, 16) < 2048 / 6, "one value of 100,001 doesn't set the range"
    flat = np.full(2048, 50)
    assert entropy_bins(flat, 16) == 2048, "nothing to gain by cutting"
    assert entropy_bins(near, 256) >= entropy_bins(near, 4), "more levels reach further"
