"""Chapter 09's study prunes as the lesson says: exact masks, a ramp, equal bytes; plans meet what they are asked."""

import copy

import numpy as np
import pytest
import torch

from utils.ch09 import plans, study
from utils.cnn.in_torch import accuracy, mlp, small_cnn


def some(n=256):
    torch.manual_seed(0)
    return torch.randn(n, 1, 28, 28), torch.arange(n) % 10


def sparsities(model):
    return [(w == 0).float().mean().item() for w in study.weights(model)]


def test_a_mask_keeps_exactly_the_largest():
    w = torch.tensor([[3.0, -1.0, 0.5], [-2.0, 2.5, -0.1]])
    assert study.magnitude_mask(w, 0.5).tolist() == [[True, False, False], [True, True, False]]
    assert study.magnitude_mask(torch.ones(10, 7), 0.9).sum() == 7  # ties, too
    assert study.magnitude_mask(w, 0.0).all() and not study.magnitude_mask(w, 1.0).any()


def test_one_threshold_over_one_threshold():
    model = study.lenet()
    masks = study.one_threshold(model, 0.9)
    assert sum(m.sum().item() for m in masks) == 26_620
    least = min(w[m].abs().min().item() for w, m in zip(study.weights(model), masks, strict=True))
    most = max(w[~m].abs().max().item() for w, m in zip(study.weights(model), masks, strict=True))
    assert least >= most


def test_shuffled_masks_keep_as_many():
    masks = study.evenly(study.lenet(), 0.9)
    other = study.shuffled(masks, 0)
    assert [m.sum() for m in masks] == [m.sum() for m in other]
    assert not torch.equal(masks[0], other[0])


def test_the_ramp_is_cubic_and_ends_at_60_percent():
    assert study.cubic(0, 0.9) == 0
    assert study.cubic(0.3, 0.8) == pytest.approx(0.8 * 7 / 8)
    assert study.cubic(0.6, 0.9) == study.cubic(1, 0.9) == 0.9


def test_training_keeps_masked_weights_at_0_and_ends_where_it_should():
    x, y = some()
    base = study.lenet()
    masks = study.evenly(base, 0.9)
    model = copy.deepcopy(base)
    assert study.train(model, x, y, 1, 0, masks=masks) is masks
    assert all((w[~m] == 0).all() for w, m in zip(study.weights(model), masks, strict=True))
    model = copy.deepcopy(base)
    study.train(model, x, y, 20, 0, find=study.evenly, final=0.9)
    assert sparsities(model) == pytest.approx([0.9, 0.9, 0.9], abs=1e-3)
    model = copy.deepcopy(base)
    study.train(model, x, y, 1, 0)
    assert max(sparsities(model)) == 0


def test_rivals_have_at_least_as_many_bytes_and_one_unit_less_is_too_few():
    model = study.lenet()
    num_bytes = study.bitmask_bytes(model, 0.9)
    assert num_bytes == 266_200 // 8 + 4 * (23_520 + 3_000 + 100 + 410)
    h = study.hidden_units(num_bytes)
    size = [4 * sum(p.numel() for p in mlp(k).parameters()) for k in (h - 1, h)]
    assert size[0] < num_bytes <= size[1]


def test_plans_meet_the_sparsity_and_spare_what_is_sensitive():
    levels = (0.0, 0.5, 0.95)
    scanned = np.array([[0.1, 1.0, 4.0], [0.1, 0.11, 0.3]])
    plan = plans.equal_loss(scanned, levels, [100, 1000], 0.8)
    assert np.dot(plan, [100, 1000]) >= 880 and plan[0] < plan[1]
    with pytest.raises(ValueError, match="can't be met"):
        plans.equal_loss(scanned, levels, [100, 1000], 0.99)
    assert plans.first_whole([100, 1000], 0.9) == [0, pytest.approx(0.99)]


def test_the_least_sum_meets_the_sparsity_and_no_plan_loses_less():
    levels, sizes = (0.0, 0.5, 0.95), [100, 400, 1000]
    scanned = np.array([[0.1, 1.0, 4.0], [0.1, 0.3, 0.9], [0.1, 0.05, 0.3]])  # one rise is below 0

    def lost(plan):
        rises = [np.interp(s, levels, row) - row[0] for s, row in zip(plan, scanned, strict=True)]
        return np.maximum(rises, 0).sum()

    plan = plans.least_sum(scanned, levels, sizes, 0.8)
    assert np.dot(plan, sizes) >= 0.8 * 1500 and plan[0] == 0
    rng = np.random.default_rng(0)
    others = [
        np.append(two, (1200 - np.dot(two, sizes[:2])) / 1000) for two in rng.uniform(0.2, 0.95, (300, 2))
    ]
    assert lost(plan) <= min(lost(other) for other in others if other[2] <= 0.95)


def test_hits_are_what_accuracy_counts():
    model, (x, y) = small_cnn().eval(), some(300)
    assert plans.hits(model, x, y).mean() == pytest.approx(accuracy(model, x, y))
    assert set(plans.hits(model, x, y)) <= {0.0, 100.0}


def test_a_scan_cuts_one_layer_and_leaves_the_model_alone():
    model, (x, y) = small_cnn().eval(), some(20)
    before = copy.deepcopy(model.state_dict())
    scanned = plans.scan(model, x, y, (0.0, 0.5, 1.0))
    assert scanned.shape == (3, 3)
    assert scanned[:, 0] == pytest.approx(plans.loss(model, x, y))
    assert len(set(scanned[:, 1])) == 3
    assert all(torch.equal(v, model.state_dict()[k]) for k, v in before.items())
    assert sparsities(plans.cut(model, [0.5, 0.0, 0.9])) == pytest.approx([0.5, 0, 0.9], abs=0.01)


def test_the_recordings_have_all_treatments_and_seeds():
    x, y = some(64)
    tried = {name for name, _ in study.treatments(x, y, 0)}
    found = study.load()
    assert len(tried) == study.NAMES and all(found[name].shape == (study.SEEDS,) for name in tried)
    assert found["kept a pixel"].sum() < 235_200 * 0.11
    names = ["dense", *(f"gradual, {plan}" for plan in ("even", "equal loss", "first whole", "least sum"))]
    assert all(plans.load()[name].shape == (plans.SEEDS,) for name in names)
