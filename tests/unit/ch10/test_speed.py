"""Chapter 10: turns, kernels and what its claims depend on."""

import numpy as np
import pytest
import torch

from utils.ch10 import speed
from utils.ch10.networks import network


def test_each_call_has_its_turn_in_each_round():
    told = []
    calls = {name: (lambda name=name: told.append(name)) for name in "abc"}
    seconds = speed.by_turns(calls, rounds=4)
    assert [len(seconds[name]) for name in "abc"] == [4, 4, 4]
    counted = told[6:]  # two calls each are warm-up
    assert all(sorted(counted[k : k + 3]) == ["a", "b", "c"] for k in range(0, 12, 3))


def test_the_last_width_is_the_reference():
    found = speed.over_widths(speed.linear_call, [4, 8], rounds=11)
    assert found[8] == (1, 1, 1) and np.all(np.array(found[4]) > 0)


@pytest.mark.skipif(not speed.x86().holds, reason="another architecture has other kernels")
def test_plain_kernels_where_channels_are_no_multiple_of_four():
    assert speed.kernels(60) == ["blocked", "blocked"] and speed.kernels(61) == ["blocked", "plain"]


def test_the_two_convolutions_are_what_they_say():
    for make in (speed.onnx_call, speed.eager_call):
        y = make(20)()
        y = y[0] if isinstance(y, list) else y
        assert tuple(y.shape) == (speed.BATCH, speed.OUTER, speed.SIDE, speed.SIDE)
    assert tuple(speed.linear_call(20)().shape) == (speed.BATCH * speed.SIDE**2, 9 * speed.OUTER)


def test_hidden_vectors_are_no_avx512(monkeypatch):
    for name in ("ONEDNN", "DNNL"):
        monkeypatch.delenv(f"{name}_MAX_CPU_ISA", raising=False)
    monkeypatch.setattr(speed, "cpu_has", lambda instruction: speed.Condition("", True))
    assert speed.avx512().holds
    monkeypatch.setenv("DNNL_MAX_CPU_ISA", "AVX2")
    assert not speed.avx512().holds


def test_twice_the_work_takes_about_twice_as_long():
    x = np.random.default_rng(0).random((300, 300))
    once, thrice = (lambda: x @ x), (lambda: [x @ x for _ in range(3)])
    assert 1.5 < speed.times_as_fast(thrice, once, pairs=9) < 6


def test_the_first_half_is_relative_to_the_whole(monkeypatch):
    monkeypatch.setattr(speed, "times_as_fast", lambda slow, fast, pairs: 2.0)
    whole, half = network(8, 8).eval(), network(4, 4).eval()
    found = speed.measure(whole, {"half": half}, torch.rand(8, 1, 28, 28))
    assert 0.2 < found["half"].pop("bytes") < 0.9
    times = [f"{runtime}, batch {n}" for n in (8, 1) for runtime in ("ONNX Runtime", "PyTorch")]
    assert found == {"half": dict.fromkeys(times, 0.5)}
