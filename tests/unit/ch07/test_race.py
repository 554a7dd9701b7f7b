"""Chapter 07's recipes: gradients are what they say, and feeding or layout changes no number that is learned."""

from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from utils.ch07 import race, study
from utils.ch07.schedules import SCHEDULES


def test_gradients_are_roots_of_averaged_edges_without_contrast():
    x = np.random.default_rng(0).integers(0, 256, (3, 28, 28), dtype=np.uint8)
    eight = torch.cat([race.KERNELS, -race.KERNELS])
    edges = F.conv2d(torch.tensor(x[:, 2:-2, 2:-2]).unsqueeze(1).float(), eight).relu()
    roots = F.avg_pool2d(edges, 7, 3).flatten(2).sqrt()  # (3, 8, 36)
    wanted = roots / (roots.square().sum(dim=1, keepdim=True) + 100).sqrt()
    torch.testing.assert_close(race.gradients(x), wanted.flatten(1), atol=1e-3, rtol=1e-3)


def test_an_epoch_has_every_sample_once_however_it_is_fed():
    x = torch.arange(100.0).unsqueeze(1)
    for arrays in (False, True):
        recipe = race.Recipe(arrays=arrays, batch_size=32)
        seen = [batch for batch, _ in race.batches(recipe, x, x, torch.Generator().manual_seed(0))]
        assert [len(batch) for batch in seen] == [32, 32, 32, 4]
        assert sorted(torch.cat(seen).flatten().tolist()) == list(range(100))


def test_networks_fit_their_inputs_and_the_text():
    assert sum(p.numel() for p in race.small_mlp().parameters()) == 57_610
    x = np.zeros((2, 28, 28), np.uint8)
    for name, network in race.NETWORKS.items():
        assert network()(race.INPUTS[name](x)).shape == (2, 10)


@pytest.mark.parametrize("group", [study.ADDED, study.REMOVED])
def test_one_change_at_a_time(group):
    base = race.NAIVE if group is study.ADDED else race.FAST
    for name, recipe in group.items():
        same = {"whole arrays": "arrays", "channels_last": "channels_last"}.get(name)
        if same:
            assert recipe in (base, replace(base, **{same: getattr(recipe, same)}))


def test_one_cycle_is_pytorchs():
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1)
    theirs = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1, total_steps=1001)
    for step in range(1000):
        ours = SCHEDULES["one-cycle"](step / 1000)
        assert optimizer.param_groups[0]["lr"] == pytest.approx(ours, abs=5e-3)
        optimizer.step()
        theirs.step()


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules_peak_at_one_and_end_low(name):
    factors = [SCHEDULES[name](k / 1000) for k in range(1000)]
    assert max(factors) == pytest.approx(1, abs=1e-3) and min(factors) >= 0
    assert name == "constant" or factors[-1] <= 0.01


def test_averages_are_made_anew_and_weights_left_alone():
    run = race.Run(race.FAST, seed=0)
    run.x = 3 + 2 * torch.randn(2000, 288)
    before = [p.clone() for p in run.model.parameters()]
    study.average_again(run)
    layer = run.model[1]
    with torch.no_grad():
        torch.testing.assert_close(layer.running_mean, run.model[0](run.x).mean(dim=0))
    assert all(torch.equal(a, b) for a, b in zip(before, run.model.parameters(), strict=True))


def test_the_fewest_epochs_that_reach_the_target():
    rows = {
        "gradients, one-cycle": np.array([[[98, 98.5], [98.6, 99.0], [98.9, 99.2]]]),
        f"seconds: {study.recipe_id(race.FAST)}": np.array([[1.0, 10.0], [2.0, 20.0]]),
    }
    epochs, seconds, test = study.seconds_to_target(rows, race.FAST, 98.5)
    assert (epochs, seconds.tolist(), test) == (2, [21, 42], 99.0)
    with pytest.raises(ValueError, match="98.90% at most"):
        study.seconds_to_target(rows, race.FAST, 99)
