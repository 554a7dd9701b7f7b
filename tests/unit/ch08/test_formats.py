"""Chapter 08's narrow gradients, stochastic rounding and kept bytes are what the lesson says."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from utils.ch08 import formats, study
from utils.ch08.flush import deep_mlp, forward, gradients
from utils.ch08.memory import kept_for_backward


def batch(n=16):
    torch.manual_seed(0)
    return torch.randn(n, 784), torch.arange(n) % 10


def test_in_fp32_nothing_changes():
    model, (x, y) = deep_mlp(), batch()
    torch.testing.assert_close(forward(model, x, torch.float32), model(x))
    F.cross_entropy(model(x), y).backward()
    wanted = [p.grad.clone() for p in model.parameters()]
    model.zero_grad()
    F.cross_entropy(forward(model, x, torch.float32), y).backward()
    for p, grad in zip(model.parameters(), wanted, strict=True):
        torch.testing.assert_close(p.grad, grad)


def test_gradients_are_of_all_layers_scaled_and_rounded():
    model, (x, y) = deep_mlp(), batch()
    exact = gradients(model, x, y, torch.float32)
    assert exact.shape == (16 * (128 + 128 + 10),)
    torch.testing.assert_close(gradients(model, x, y, torch.float32, 1e-3, 4.0), exact * 4e-3)
    assert (gradients(model, x, y, torch.float16, weight=1e-9) == 0).all()
    assert gradients(model, x, y, torch.float16, scale=1e9).isinf().any()
    assert all(p.grad is None for p in model.parameters())


def test_stochastic_rounding_takes_a_neighbour_and_keeps_the_mean():
    torch.manual_seed(0)
    for value in (1.001, -0.3, 3e-5, 1.0):
        got = study.stochastic(torch.full((20_000,), value))
        low, high = sorted({*got.unique().tolist()})[0], got.max().item()
        assert torch.equal(got, study.nearest(got))  # numbers that bf16 has
        assert high - low <= abs(value) * 2**-7
        assert got.mean().item() == pytest.approx(value, rel=2e-4)


@pytest.mark.parametrize("half", [False, True])
def test_bytes_kept_as_the_lesson_counts_them(half):
    model = nn.Sequential(nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    x, y = batch(8)

    def run():
        with torch.autocast("cpu", torch.bfloat16, enabled=half):
            return F.cross_entropy(model(x), y)

    width = 2 if half else 4
    counted = 8 * (width * (784 + 64 + 64) + 4 * 10 + 8) + half * 2 * (64 * 64 + 64 * 10)
    assert 0 <= kept_for_backward(model, run) - counted <= 16  # and the loss's own weight


def test_figures_draw():
    _, (left, right) = plt.subplots(1, 2)
    formats.draw_bits(left)
    formats.draw_ranges(right)
    assert len(left.patches) == sum(1 + e + m for e, m in formats.FORMATS.values())
    ax = formats.draw_gradients(np.array([0.0, 2.0**-30, 1.0, 1e6]), 0)
    assert "33.3% flushed to 0, 33.3% ∞" in [text.get_text() for text in ax.texts][-1]
    assert formats.explore_scale(np.array([1.0])).children[0].value == 0
    plt.close("all")


def test_the_recording_has_all_arms_and_seeds():
    found = study.load()
    assert all(found[arm].shape == (study.SEEDS,) for arm in study.ARMS)
    assert all(0 <= found[f"{arm}: moved"].min() <= 100 for arm in study.ARMS)
