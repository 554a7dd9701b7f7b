"""Chapter 11's design problem: what a plan stores is what it says, bit by bit."""

import numpy as np
import pytest
import torch

from grader.compare import compare
from tests.unit.test_emit_and_compare import emitted
from utils.bit_plans import (
    BadPlan,
    ByHand,
    FloatInside,
    LibraryDoesIt,
    WholeNumbers,
    as_array,
    from_table,
    packed,
    table,
    unpacked,
    whole,
)
from utils.cnn import small_cnn

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
    stored = packed(model, plan)
    back = unpacked(stored, plan)
    for name, w in model.state_dict().items():
        got = back.state_dict()[name]
        if name.endswith("bias"):
            assert torch.equal(got, w)
            continue
        rows = w.flatten(1) if grain == "channel" else w.reshape(1, -1)
        step = (rows.amax(1).clamp(min=0) - rows.amin(1).clamp(max=0)) / (2**bits - 1)
        assert ((got.reshape(rows.shape) - rows).abs() <= step[:, None] * 0.5001).all()
        assert max(len(row.unique()) for row in got.reshape(rows.shape)) <= 2**bits
    assert packed(back, plan) is not None


@pytest.mark.parametrize("grain", ["tensor", "channel"])
@pytest.mark.parametrize("bits", [2, 3, 7])
def test_the_host_counts_the_bytes_that_are_stored(model, bits, grain):
    plan = PLAN | {"conv2": (bits, grain)}
    rows, size = emitted(table(plan).astype(float), "plan"), len(packed(model, plan))
    rule = {"rule": "packed", "weights": [288, 18_432, 16_000], "channels": [32, 64, 10]}
    assert compare(rows, rows, rule | {"bytes": size}).passed
    verdict = compare(rows, rows, rule | {"bytes": size - 1})
    assert not verdict.passed and f"{size:,} bytes" in verdict.reason


def test_whole_numbers_are_told_by_their_type():
    for value in (3, np.int8(3), np.uint64(3), np.array(3), torch.tensor(3), torch.tensor([3])):
        assert whole(value) == 3
    for value in (True, 3.0, np.float64(3), torch.tensor(3.0), "3", None, [3], np.array([3, 3])):
        assert whole(value) is None


def test_an_answer_may_be_a_list_or_a_tensor():
    for value in ([1, 2], np.array([1, 2]), torch.tensor([1, 2]), torch.nn.Parameter(torch.tensor([1.0, 2]))):
        assert as_array(value).tolist() == [1, 2]


def test_an_op_that_does_the_exercise_is_stopped_under_any_name():
    w = torch.randn(4, requires_grad=True)
    for call in (
        lambda: torch.fake_quantize_per_tensor_affine(w, 0.1, 0, -8, 7),
        lambda: torch.ops.aten.fake_quantize_per_tensor_affine.default(w, 0.1, 0, -8, 7),
        lambda: torch.quantize_per_tensor(w.detach(), 0.1, 0, torch.qint8),
    ):
        with pytest.raises(LibraryDoesIt), ByHand():
            call()
    with ByHand():
        torch.round(w / 0.1).sum().backward()


def test_whole_numbers_compute_as_arrays_do():
    x, w = np.arange(12, dtype=np.uint8).reshape(3, 4), np.arange(8, dtype=np.int8).reshape(4, 2)
    a, b = x.view(WholeNumbers), w.view(WholeNumbers)
    right = np.clip(((x.astype(int) - 5) @ w.astype(int) * 3 + 4 >> 2) + 7, 0, 255)
    assert np.array_equal(np.clip(((a.astype(int) - 5) @ b.astype(int) * 3 + 4 >> 2) + 7, 0, 255), right)
    y = a.astype(int)
    y -= 5
    assert isinstance(y, WholeNumbers) and np.array_equal(y, x.astype(int) - 5)
    assert a.sum() == x.sum() and np.array_equal(np.minimum(a, 3), np.minimum(x, 3))
    assert np.array_equal(torch.from_numpy(a.copy()), x)


def test_whole_numbers_stop_at_the_first_float():
    a = np.arange(4).view(WholeNumbers)
    for step in (
        lambda: a * 0.5,
        lambda: a.astype(float) + a,
        lambda: a / 2 + 1,
        lambda: np.round(a / 3) - 1,
    ):
        with pytest.raises(FloatInside):
            step()
