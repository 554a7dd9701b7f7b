"""The lesson's opening study: rounding stays rounding, every bug shows in twenty steps, and the diagram draws."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from utils.ch03.drawing import ARROWS, BOXES, draw_loop, draw_twenty
from utils.ch03.fork import BUGS, FINE, fork


@pytest.fixture(scope="module")
def ways():
    rng = np.random.default_rng(0)
    y = torch.tensor(rng.integers(0, 10, 1920))
    x = torch.tensor(rng.random((1920, 1, 28, 28)), dtype=torch.float32)
    x[torch.arange(1920), 0, 0, y] += 2  # something to learn
    return fork([0, 1], (x, y), (x[:500], y[:500]), num_epochs=1)


def test_rounding_is_small_and_bugs_are_not(ways):
    assert list(ways) == FINE + BUGS
    assert all(found.shape == (2, 2) for found in ways.values())
    assert ways[FINE[0]][:, 1].max() < 1e-5
    for bug in BUGS:
        assert ways[bug][:, 1].min() > 100 * max(ways[FINE[0]][:, 1].max(), 1e-8), bug


def test_another_order_is_no_test(ways):
    """It differs as much as bugs do: only equal batches can be compared."""
    assert ways[FINE[1]][:, 1].min() > min(ways[bug][:, 1].min() for bug in BUGS)


def test_drawings(ways):
    fig, axes = plt.subplots(1, 2)
    draw_twenty(axes, ways, bugs=len(BUGS))
    assert [label.get_text() for label in axes[0].get_yticklabels()] == list(ways)
    plt.close(fig)
    fig, ax = plt.subplots()
    draw_loop(ax)
    written = {text.get_text() for text in ax.texts}
    assert set(BOXES) <= written and {words for _, _, words, _ in ARROWS} <= written
    plt.close(fig)
