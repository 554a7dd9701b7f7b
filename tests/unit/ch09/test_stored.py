"""Chapter 09's formats store what the lesson says: sizes equal files, and what is stored gives the matrix back."""

import numpy as np
import pytest
from scipy import sparse

from utils.ch09 import drawings, stored


def drawn(density, rows=40, columns=57, seed=0):
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(rows, columns)) * (rng.random((rows, columns)) < density)).astype(np.float32)


def from_gaps(arrays, shape):
    """The matrix again."""
    flat, at, values = np.zeros(np.prod(shape), np.float32), -1, iter(arrays[1])
    for pair in arrays[0]:
        for code in (pair >> 4, pair & 15):
            at += 15 if code == stored.SKIP else int(code) + 1
            if code != stored.SKIP and (value := next(values, None)) is not None:
                flat[at] = value
    return flat.reshape(shape)


@pytest.mark.parametrize("density", [0.0, 0.003, 0.1, 0.5, 1.0])
def test_what_is_stored_gives_the_matrix_back(density):
    w = drawn(density)
    bits, values = stored.bitmask(w)
    flat = np.zeros(w.size, np.float32)
    flat[np.unpackbits(bits, count=w.size) == 1] = values
    np.testing.assert_array_equal(flat.reshape(w.shape), w)
    for bits in (16, 32, 64):
        starts, columns, values = stored.csr(bits)(w)
        assert columns.itemsize == bits // 8
        again = sparse.csr_array((values, columns.astype(int), starts), shape=w.shape)
        np.testing.assert_array_equal(again.toarray(), w)
    np.testing.assert_array_equal(from_gaps(stored.gaps(w), w.shape), w)


@pytest.mark.parametrize("gap", [0, 14, 15, 16, 29, 30, 31, 45])
def test_gaps_at_the_edge_of_a_code(gap):
    w = np.zeros(60, np.float32)
    w[[0, gap + 1]] = 1, 2
    codes = stored.gap_codes(w)
    assert codes.tolist() == [0] + [15] * (gap // 15) + [gap % 15]
    np.testing.assert_array_equal(from_gaps(stored.gaps(w), w.shape), w)


@pytest.mark.parametrize("name", stored.FORMATS)
def test_a_file_has_the_bytes_that_are_counted_and_predicted(name, tmp_path):
    for density in (0.02, 0.1, 0.4):
        w = drawn(density, 300, 784)
        arrays = stored.FORMATS[name](w)
        size = stored.write(arrays, tmp_path / "w")
        assert size == (tmp_path / "w").stat().st_size == sum(a.nbytes for a in arrays)
        assert size == pytest.approx(stored.predicted(name, 300, 784, np.mean(w != 0)), rel=0.005)


def test_no_format_goes_below_the_entropy_of_random_places():
    for density in (0.001, 0.01, 0.1, 0.3, 0.5, 0.9):
        bound = stored.entropy_bytes(300, 784, density)
        assert all(stored.predicted(name, 300, 784, density) >= bound - 1e-6 for name in stored.FORMATS)
    assert stored.entropy_bytes(300, 784, 0.5) == 300 * 784 * (1 / 8 + 2)


def test_diagrams_draw():
    from matplotlib import pyplot as plt

    _, (a, b) = plt.subplots(1, 2)
    drawings.draw_loop(a)
    drawings.draw_formats(b)
    assert len(a.patches) == 5 * 36
    words = [text.get_text() for text in b.texts]
    assert "148 bits" in words and "160 bits" in words  # 5 codes of 4, 32 bits of mask, 4 values of 32
    plt.close("all")
