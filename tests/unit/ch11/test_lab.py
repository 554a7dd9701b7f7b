"""What lab 11 hands its answers: contexts that stop at floats, memory that is found, inputs that leave no doubt."""

from collections import deque

import numpy as np
import pytest
import torch

from utils.by_hand import LibraryDoesIt
from utils.ch11 import lab
from utils.ch11.check_channels import by_channel
from utils.ch11.check_straight import before_the_cut
from utils.ch11.lab import FloatInside, OnIntegers, WholeNumbers, growth


def test_tensors_of_floats_are_stopped_where_there_are_to_be_none():
    x = torch.arange(4)
    with OnIntegers():
        assert (x * 3 >> 1).clamp(0, 3).tolist() == [0, 1, 3, 3]
        for step in (x.float, lambda: x * 0.5, lambda: torch.round(x / 2)):
            with pytest.raises(FloatInside):
                step()
    with pytest.raises(LibraryDoesIt), OnIntegers("quantize"):
        torch.fake_quantize_per_tensor_affine(x, 0.1, 0, -8, 7)


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


@pytest.mark.parametrize(("shape", "axis"), [((5, 7), 0), ((3, 3, 2, 4), -1), ((9,), 0)])
@pytest.mark.parametrize("bits", [2, 4, 8])
def test_no_weight_lies_between_two_integers(shape, axis, bits):
    w = lab.channel_weights(np.random.default_rng(bits), shape, axis, bits)
    q, scale = by_channel(w, bits, axis)
    steps = w / np.expand_dims(scale, [k for k in range(w.ndim) if k != axis % w.ndim])
    assert np.abs(steps - q).max() < 0.481 and np.abs(q).max() == 2 ** (bits - 1) - 1


@pytest.mark.parametrize("grain", ["tensor", "row", "column"])
def test_a_grid_is_tried_at_both_ends_and_beyond(grain):
    w, scale, zero = lab.grid_weights(np.random.default_rng(0), (6, 6), -4, 3, grain)
    q = before_the_cut(w, scale, zero)
    assert {-5, -4, 3, 4} <= set(q.flatten().tolist()) and q.max() > 800 and q.min() < -800
    assert ((w / scale + zero - q).abs() < 0.481).all()


def test_an_observer_that_keeps_its_batches_is_found():
    class Keeps:
        def __init__(self):
            self.batches = []

        def observe(self, x):
            self.batches.append(x)

    kept, more = lab.memory(Keeps, np.random.default_rng(0))
    assert kept > 10_000 and more > 10_000
