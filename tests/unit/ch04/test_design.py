"""The design problem of chapter 04: a plan makes a network, and its cost is counted alike on both sides."""

import json
import subprocess
import sys

import numpy as np
import pytest
import torch

from grader.compare import compare
from tests.unit.test_emit_and_compare import emitted
from utils.ch04 import design
from utils.ch04.design import BadPlan, build, cost, from_table, table
from utils.cnn.moved import digits, moved

PLANS = [
    [("dense", 10)],
    [("conv", 8, 3), ("pool", 2), ("dense", 10)],
    [("conv", 8, 5, 2), ("conv", 16, 3), ("pool", 2), ("conv", 16, 3), ("dense", 10)],
    [("conv", 8, 3, 1), ("pool", 3), ("conv", 8, 3, 2, 8), ("conv", 30, 1), ("dense", 16), ("dense", 10)],
    [("pool", 28), ("dense", 10)],
]


@pytest.mark.parametrize("plan", PLANS, ids=str)
def test_a_plan_makes_a_network_and_survives_as_a_table(plan):
    network = build(plan)
    assert network(torch.zeros(3, 1, 28, 28)).shape == (3, 10)
    assert cost(build(from_table(table(plan)))) == cost(network)


@pytest.mark.parametrize("plan", PLANS, ids=str)
def test_the_host_counts_as_pytorch_does(plan):
    parameters, macs = cost(build(plan))
    exact = {"rule": "budget", "parameters": parameters, "macs": macs}
    for rule, passed in [
        (exact, True),
        (exact | {"parameters": parameters - 1}, False),
        (exact | {"macs": macs - 1}, False),
    ]:
        assert compare(emitted(table(PLANS[0])), emitted(table(plan)), rule).passed is passed


BAD = [
    [],
    3,
    "conv",
    [3],
    [("conv", 8)],
    [("conv", 8.0, 3), ("dense", 10)],
    [("conv", 0, 3), ("dense", 10)],
    [("conv", 8, 3, -1), ("dense", 10)],
    [("conv", 8, 29), ("dense", 10)],
    [("conv", 8, 3), ("conv", 9, 3, 1, 2), ("dense", 10)],
    [("conv", 10**6, 3), ("dense", 10)],
    [("dense", 10), ("pool", 1), ("dense", 10)],
    [("dense", 9)],
    [("conv", 10, 28)],
    [("pool", 1)] * 12 + [("dense", 10)],
    [{"kind": "conv"}, ("dense", 10)],
]


@pytest.mark.parametrize("plan", BAD, ids=str)
def test_a_bad_plan_is_refused_with_a_sentence(plan):
    with pytest.raises(BadPlan) as refused:
        build(plan)
    assert len(str(refused.value)) > 20


def test_moved_images():
    x = torch.rand(5, 1, 28, 28)
    assert torch.allclose(moved(x, np.random.default_rng(0)), x, atol=1e-5), "by nothing"
    dot = torch.zeros(200, 1, 28, 28)
    dot[:, :, 14, 14] = 1
    at = moved(dot, np.random.default_rng(0), shift=3).sum(dim=1).flatten(1).argmax(dim=1)  # (200,)
    off = np.stack([at // 28 - 14, at % 28 - 14])
    assert off.min() >= -4 and off.max() <= 4 and len(np.unique(off[0])) > 4
    turned = moved(dot, np.random.default_rng(0), degrees=90).sum(dim=1).flatten(1).argmax(dim=1)
    assert set(turned.tolist()) <= {13 * 28 + 13, 13 * 28 + 14, 14 * 28 + 13, 14 * 28 + 14}


def test_training_is_the_same_each_time_and_done_once(monkeypatch):
    monkeypatch.setitem(vars(design), "NUM_IMAGES", 640)  # (the module itself is fixed)
    design._trained.cache_clear()
    plan, options, x = PLANS[1], {"batch_size": 32, "shift": 2}, torch.rand(50, 1, 28, 28)
    network = design.trained(plan, options)
    with torch.no_grad():
        network[0].weight.zero_()  # what one caller does to it, the next one doesn't see
    said = digits(design.trained(list(plan), dict(options)), x)
    assert design._trained.cache_info().misses == 1
    assert not np.array_equal(said, digits(network, x))
    design._trained.cache_clear()
    assert np.array_equal(digits(design.trained(plan, options), x), said)


@pytest.mark.parametrize(
    "options",
    [{"num_epochs": 5}, {"num_epochs": 0}, {"batch_size": 8}, {"num_epochs": True}, {"num_epochs": 2.0}]
    + [{"lr": "0.01"}, {"lr": float("nan")}, {"shift": -1}, {"epochs": 4}],
    ids=str,
)
def test_no_more_training_than_allowed(options):
    with pytest.raises(BadPlan):
        design.trained(PLANS[0], options)


def test_numbers_of_numpy_and_pytorch_are_numbers():
    options = {"num_epochs": np.int64(2), "batch_size": torch.tensor(32), "lr": np.float32(0.01), "shift": 3}
    plain = design.checked(options)
    assert [type(value) for value in plain.values()] == [int, int, float, float]


def test_the_hidden_check_judges_in_a_process_of_its_own():
    big = {"rows": table([("conv", 32, 3), ("dense", 10)]).tolist(), "options": {}, "seed": 1}
    command = [sys.executable, "-m", "utils.ch04.design"]
    ran = subprocess.run(command, input=json.dumps(big), capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) == [0] * 5_000  # over the budget
    long = big | {"rows": table(PLANS[4]).tolist(), "options": {"num_epochs": 40}}
    ran = subprocess.run(command, input=json.dumps(long), capture_output=True, text=True)
    assert ran.returncode and "num_epochs is a whole number, 1 to 4" in ran.stderr
