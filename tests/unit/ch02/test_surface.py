import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from utils.ch02 import surface


def small(seed=0):
    """A slice of a 5-7-3 network over 11 inputs, with what it was made from."""
    rng = np.random.default_rng(seed)
    shapes = [(5, 7), (7,), (7, 3), (3,)]
    start, end, other = ([rng.normal(size=shape) for shape in shapes] for _ in range(3))
    first, second = surface.directions(start, end, other)
    x, y = rng.normal(size=(11, 5)), rng.integers(0, 3, 11)
    return surface.Slice(x, y, start, first, second), x, y, start, first, second


def full_loss(x, y, w1, b1, w2, b2):
    logits = np.maximum(x @ w1 + b1, 0) @ w2 + b2
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return -np.mean(np.log(p[np.arange(len(y)), y]))


def test_directions_are_orthonormal_and_the_first_leads_to_the_end():
    start, end = [np.zeros((2, 2)), np.zeros(2)], [np.full((2, 2), 3.0), np.zeros(2)]
    first, second = surface.directions(start, end, [np.ones((2, 2)), np.array([2.0, 0.0])])
    assert np.allclose(first[0], 0.5) and np.allclose(first[1], 0)
    assert np.allclose(second[0], 0) and np.allclose(second[1], [1, 0])


@pytest.mark.parametrize("point", [(0, 0), (1.5, -2), (-3, 4)])
def test_the_slice_is_the_networks_own_loss(point):
    cut, x, y, start, first, second = small()
    weights = [s + point[0] * f + point[1] * g for s, f, g in zip(start, first, second, strict=True)]
    assert cut.loss(*point) == pytest.approx(full_loss(x, y, *weights))


@pytest.mark.parametrize("point", [(0.1, 0.2), (1.5, -2), (-3, 4)])
def test_its_gradient_agrees_with_central_differences(point):
    cut, h = small()[0], 1e-6
    a, b = point
    by_a = (cut.loss(a + h, b) - cut.loss(a - h, b)) / (2 * h)
    by_b = (cut.loss(a, b + h) - cut.loss(a, b - h)) / (2 * h)
    assert cut.gradient(a, b) == pytest.approx([by_a, by_b], abs=1e-7)


def test_grid_has_a_row_for_each_b():
    cut = small()[0]
    losses = cut.grid(np.array([0.0, 1, 2]), np.array([0.0, 5]))
    assert losses.shape == (2, 3) and losses[1, 2] == cut.loss(2, 5)


class Descent:
    def __init__(self, lr):
        self.lr = lr

    def step(self, point, gradient):
        return point - self.lr * gradient


def test_walk_goes_downhill_and_stops_where_it_blows_up():
    cut = small()[0]
    points = surface.walk(cut, Descent(0.01), (1, 1), 20)
    assert points.shape == (21, 2) and cut.loss(*points[-1]) < cut.loss(1, 1)
    assert len(surface.walk(cut, Descent(1e9), (1, 1), 20)) == 1


def test_widget_redraws_for_every_choice():
    a = b = np.linspace(-1, 1, 3)
    cut = small()[0]
    widget = surface.explore_walks(cut, {"SGD": Descent}, a, b, cut.grid(a, b), (1, 1), steps=3)
    widget.children[1].value = 1
    assert widget.kwargs == {"optimizer": "SGD", "lr": 1}
    plt.close("all")
