"""What checks stop, and what they let through: no name leads round the first, nobody honest meets it."""

from collections import deque

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from utils.by_hand import (
    ByHand,
    FloatInside,
    LibraryDoesIt,
    WholeNumbers,
    as_array,
    from_a_cell,
    growth,
    takes,
    whole,
)


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
        with pytest.raises(LibraryDoesIt), ByHand("quantize"):
            call()
    with ByHand("quantize"):
        torch.round(w / 0.1).sum().backward()


def test_other_words_stop_other_ops():
    x = torch.zeros(1, 1, 6, 6)
    with ByHand("im2col"):
        F.conv2d(x, x)
        x.unfold(2, 2, 1)  # a view, and not the exercise
        with pytest.raises(LibraryDoesIt):
            F.unfold(x, 2)
    assert F.unfold(x, 2) is not None


def test_tensors_of_floats_are_stopped_where_there_are_to_be_none():
    x = torch.arange(4)
    with ByHand(floats=False):
        assert (x * 3 >> 1).clamp(0, 3).tolist() == [0, 1, 3, 3]
        for step in (x.float, lambda: x * 0.5, lambda: torch.round(x / 2)):
            with pytest.raises(FloatInside):
                step()


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


def test_functions_of_whole_numbers_are_watched_too():
    x, w = np.arange(12).reshape(3, 4), np.arange(8).reshape(4, 2)
    a, b = x.view(WholeNumbers), w.view(WholeNumbers)
    for got in (np.dot(a, b), a.dot(b), np.einsum("nk,km->nm", a, b), np.tensordot(a, b, 1)):
        assert isinstance(got, WholeNumbers) and np.array_equal(got, x @ w)
    assert np.array_equal(np.where(a > 3, 2**30, a), np.where(x > 3, 2**30, x))
    assert np.array_equal(np.concatenate([a, np.stack([x[0]])]), np.concatenate([x, x[:1]]))


def test_whole_numbers_stop_at_the_first_float():
    a = np.arange(4).view(WholeNumbers)
    f = a.astype(np.float32)
    for step in (
        lambda: a * 0.5,
        lambda: a.astype(float) + a,
        lambda: (a / 2).astype(int),
        lambda: np.round(a / 3) - 1,
        lambda: np.dot(f, f),
        lambda: f.dot(f),
        lambda: np.einsum("i,i->", f, f),
        lambda: np.where(a > 1, a, 0.5),
        lambda: np.concatenate([a, np.zeros(2)]),
    ):
        with pytest.raises(FloatInside):
            step()


def test_who_changed_the_first_line_is_told():
    def answer(low, high, symmetric=False):
        return low

    assert takes(answer, 1, 2) and takes(answer, 1, 2, symmetric=True) and takes(np.add, 1, 2)
    assert not takes(answer, 1) and not takes(answer, 1, 2, 3, 4) and not takes(answer, 1, 2, sym=True)


def generator():
    kept = []
    while True:
        kept.append((yield))


def test_growth_finds_what_is_kept_wherever_it_is():
    kept, line, stored = [], deque(), {"bytes": b""}
    running = generator()
    next(running)
    state = {"low": 0.0}

    def as_bytes():
        stored["bytes"] += np.zeros(2).tobytes()

    for step in (
        lambda: kept.append(np.zeros(100)),
        lambda: line.append(1.5 * len(line)),
        lambda: running.send(np.zeros(3)),
        as_bytes,
    ):
        assert growth(step) > 500
    for step in (
        lambda: state.update(low=min(state["low"], float(np.random.normal()))),
        lambda: np.percentile(np.zeros(1000), [1, 99]),
        lambda: torch.quantile(torch.zeros(1000), torch.tensor([0.1, 0.9])),
    ):
        assert growth(step) < 200


@pytest.mark.parametrize(("answer", "theirs"), [("def f(): return 1 / 0", True), ("def f(x): pass", False)])
def test_an_error_of_the_call_itself_comes_from_no_cell(answer, theirs):
    exec(compile(answer, "/tmp/ipykernel_1/1.py", "exec"), names := {})
    with pytest.raises(Exception) as caught:
        try:
            names["f"]()
        except Exception as error:
            assert from_a_cell(error) == theirs
            raise
    assert caught
