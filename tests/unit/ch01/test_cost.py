from __future__ import annotations

import numpy as np

from utils.ch01 import cost
from utils.ch01.cost import in_numpy, times_by_turns
from utils.ch01.study import small_network


def test_numpy_computes_what_the_network_does():
    network, x = small_network(), np.random.default_rng(0).random((7, 28, 28), np.float32)
    p = in_numpy([variable.numpy() for variable in network.weights], x)
    assert p.shape == (7, 10)
    np.testing.assert_allclose(p, np.asarray(network(x)), atol=1e-6)


def test_each_call_has_its_turn_in_every_round():
    said: list[str] = []
    found = times_by_turns({"a": lambda: said.append("a"), "b": lambda: said.append("b")}, rounds=20)
    assert said.count("a") == said.count("b") == 23  # three are not counted
    assert all(low <= median <= high for median, low, high in found.values())


def test_costs_are_an_images_and_not_a_batchs(monkeypatch):
    """Every batch takes six seconds here: beside a load measured ones would prove nothing."""

    def six_seconds(calls, rounds):
        return {name: (6.0, 5.0, 7.0) for name in calls if call_runs(calls[name])}

    def call_runs(call):
        return len(call()) > 0

    monkeypatch.setattr(cost, "times_by_turns", six_seconds)
    found = cost.cost_by_batch(small_network(), np.zeros((4, 28, 28), np.float32), [1, 4])
    assert {name: rows.tolist() for name, rows in found.items()} == {
        name: [[6.0, 5.0, 7.0], [1.5, 1.25, 1.75]] for name in ("Keras", "NumPy")
    }
