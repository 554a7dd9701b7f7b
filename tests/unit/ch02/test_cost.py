import numpy as np
import pytest

from utils.ch02 import cost


def test_slopes_agree_with_central_differences():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(6, 784)), rng.integers(0, 10, 6)
    ws = [w.astype(float) for w in cost.network(5, rng)]
    grads = cost.slopes(ws, x, y)
    for w, grad, index in ((ws[0], grads[0], (3, 2)), (ws[1], grads[1], (4, 7))):
        kept, found = w[index], []
        for change in (1e-6, -1e-6):
            w[index] = kept + change
            found.append(cost.forward(ws, x, y)[2])
        w[index] = kept
        assert grad[index] == pytest.approx((found[0] - found[1]) / 2e-6, rel=1e-5, abs=1e-9)


def test_by_size_has_a_row_a_width_and_counts_two_passes_a_weight():
    x, y = np.zeros((4, 784), np.float32), np.zeros(4, int)
    rows = cost.by_size((2, 4), x, y, repeats=3)
    assert [row[0] for row in rows] == [2 * 794, 4 * 794]
    assert all(definition > backward for _, definition, backward in rows)


def test_peak_counts_what_is_held_at_a_time():
    def one_by_one():
        for _ in range(4):
            np.ones(250_000)

    def together():
        return [np.ones(250_000) for _ in range(4)]

    assert cost.peak_mb(one_by_one) == pytest.approx(2, abs=0.1)
    assert cost.peak_mb(together) == pytest.approx(8, abs=0.1)
