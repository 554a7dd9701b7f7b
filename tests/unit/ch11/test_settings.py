import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from utils.ch11.settings import draw_setting, entropy_bins, explore_settings, packed, unpacked


@pytest.mark.parametrize("bits", [1, 2, 3, 5, 8])
def test_what_was_packed_comes_back_and_takes_no_more_bytes_than_its_bits(bits):
    q = np.random.default_rng(bits).integers(0, 2**bits, (7, 9))
    bytes_ = packed(q, bits)
    assert len(bytes_) == -(-q.size * bits // 8)
    assert np.array_equal(unpacked(bytes_, bits, q.shape), q)


def test_three_threes_and_a_zero_in_two_bits_are_one_byte():
    assert packed(np.array([3, 0, 3, 3]), 2).tolist() == [0b11001111]


@pytest.mark.parametrize("q", [[-1, 0], [0, 8]])
def test_integers_that_have_no_room_are_refused(q):
    with pytest.raises(ValueError, match="3 bits hold 0 to 7"):
        packed(np.array(q), 3)


def test_entropy_drops_a_far_outlier_and_keeps_what_fills_its_range():
    x = np.abs(np.random.default_rng(0).normal(size=100_000))
    near, _ = np.histogram(x, 2048, (0, x.max()))
    far, _ = np.histogram(np.append(x, 8 * x.max()), 2048, (0, 8 * x.max()))
    assert entropy_bins(far, 16) < 2048 / 6, "one value of 100,001 doesn't set the range"
    flat = np.full(2048, 50)
    assert entropy_bins(flat, 16) == 2048, "nothing to gain by cutting"
    assert entropy_bins(near, 256) >= entropy_bins(near, 4), "more levels reach further"


def test_it_draws_and_browses():
    w = np.random.default_rng(0).normal(size=(6, 5))
    accuracies = {(b, s, g): 50.0 for b in (2, 3) for s in ("all", "some") for g in ("tensor", "channel")}
    draw_setting(w, w.round(), accuracies, (2, "some", "tensor"), 97)
    explore_settings(w, lambda *setting: w.round(), accuracies, 97)
    plt.close("all")
