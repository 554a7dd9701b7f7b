"""Chapter 11's design problem: what a plan stores is what it says, bit by bit."""

import pytest
import torch

from grader.compare import compare
from tests.unit.test_emit_and_compare import emitted
from utils.ch11.design import BadPlan, as_bytes, from_bytes, from_table, table
from utils.cnn.in_torch import small_cnn

PLAN = {"conv1": (8, "channel"), "conv2": (3, "tensor"), "dense": (5, "channel")}


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return small_cnn()


def test_a_plan_survives_its_table():
    rows = table(PLAN)
    assert rows.tolist() == [[8, 1], [3, 0], [5, 1]] and from_table(rows) == PLAN


BROKEN = [
    [],
    {"conv1": (8, "tensor")},
    PLAN | {"more": (8, "tensor")},
    PLAN | {"dense": 8},
    PLAN | {"dense": (0, "tensor")},
    PLAN | {"dense": (9, "tensor")},
    PLAN | {"dense": (2.5, "tensor")},
    PLAN | {"dense": (True, "tensor")},
    PLAN | {"dense": (4, "row")},
    PLAN | {"dense": (4, "tensor", 1)},
]


@pytest.mark.parametrize("plan", BROKEN, ids=str)
def test_what_is_no_plan_is_told(plan):
    with pytest.raises(BadPlan):
        table(plan)


@pytest.mark.parametrize("bits", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("grain", ["tensor", "channel"])
def test_what_comes_back_is_within_half_a_step(model, bits, grain):
    plan = dict.fromkeys(("conv1", "conv2", "dense"), (bits, grain))
    stored = as_bytes(model, plan)
    back = from_bytes(stored, plan)
    for name, w in model.state_dict().items():
        got = back.state_dict()[name]
        if name.endswith("bias"):
            assert torch.equal(got, w)
            continue
        rows = w.flatten(1) if grain == "channel" else w.reshape(1, -1)
        step = (rows.amax(1).clamp(min=0) - rows.amin(1).clamp(max=0)) / (2**bits - 1)
        assert ((got.reshape(rows.shape) - rows).abs() <= step[:, None] * 0.5001).all()
        assert max(len(row.unique()) for row in got.reshape(rows.shape)) <= 2**bits
    assert as_bytes(back, plan) is not None


@pytest.mark.parametrize("grain", ["tensor", "channel"])
@pytest.mark.parametrize("bits", [2, 3, 7])
def test_the_host_counts_the_bytes_that_are_stored(model, bits, grain):
    plan = PLAN | {"conv2": (bits, grain)}
    rows, size = emitted(table(plan).astype(float), "plan"), len(as_bytes(model, plan))
    rule = {"rule": "packed", "weights": [288, 18_432, 16_000], "channels": [32, 64, 10]}
    assert compare(rows, rows, rule | {"bytes": size}).passed
    verdict = compare(rows, rows, rule | {"bytes": size - 1})
    assert not verdict.passed and f"comes to {size:,}," in verdict.reason
