"""Bits in bytes: nothing is lost, and no bit is left unused."""

import numpy as np
import pytest

from utils.ch11.packing import packed, unpacked


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
