"""Chapter 10: what remove() takes out, told by permutations and by outputs at zero; the lesson's copy of it."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

import utils
from utils.ch10.networks import load_network, network, remove
from utils.ch10.study import chosen, norms, taylor


@pytest.fixture(scope="module")
def model():
    return load_network()


@pytest.fixture
def x():
    return torch.rand(16, 1, 28, 28, generator=torch.Generator().manual_seed(0))


def lesson_remove():
    """The function as the lesson shows it."""
    path = Path(utils.__file__).parents[1] / "notebooks/10_channel_pruning.ipynb"
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    names = {"torch": torch, "network": network}
    exec("".join(next(c["source"] for c in cells if c["id"] == "remove")), names)
    return names["remove"]


def test_a_permutation_changes_no_output(model, x):
    rng = torch.Generator().manual_seed(1)
    orders = torch.randperm(32, generator=rng), torch.randperm(64, generator=rng)
    for function in (remove, lesson_remove()):
        with torch.inference_mode():
            assert torch.allclose(function(model, *orders)(x), model(x), atol=1e-4)


def test_removed_is_as_with_outputs_at_zero(model, x):
    keeps = torch.arange(0, 32, 2), torch.arange(3, 64, 3)
    with torch.inference_mode():
        h = x
        for k, layer in enumerate(model):
            h = layer(h)
            if k in (2, 6):
                mask = torch.zeros(h.shape[1])
                mask[keeps[k == 6]] = 1
                h = h * mask[:, None, None]
        for function in (remove, lesson_remove()):
            assert torch.allclose(function(model, *keeps)(x), h, atol=1e-4)


def test_half_the_channels_leave_half_and_a_quarter_of_the_macs():
    with FlopCounterMode(display=False) as counter:
        network(16, 32)(torch.zeros(1, 1, 28, 28))
    assert counter.get_total_flops() == 2 * (784 * 9 * 16 + 196 * 9 * 16 * 32 + 490 * 32)


def test_removing_copies(model):
    small = remove(model, torch.arange(32), torch.arange(64))
    small[0].weight.data.zero_()
    assert model[0].weight.any()
    assert not small.training and remove(network(), torch.arange(4), torch.arange(4)).training


def test_smallest_and_largest_share_no_channel(model, x):
    y = torch.arange(16) % 10
    for part in (2, 4):
        small, large = (chosen(how, model, part, x, y, 0) for how in ("smallest", "largest"))
        for a, b, norm in zip(small, large, norms(model), strict=True):
            assert len(a) == len(b) == len(norm) // part
            assert norm[a].min() >= norm[b].max()
    assert [len(s) for s in taylor(model, x, y)] == [32, 64]
    assert all(p.grad is None for p in model.parameters())


def test_random_follows_the_seed(model, x):
    pairs = [chosen("random", model, 2, x, None, seed)[0].numpy() for seed in (1, 1, 2)]
    assert np.array_equal(pairs[0], pairs[1]) and not np.array_equal(pairs[0], pairs[2])
