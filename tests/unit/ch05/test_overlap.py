"""Lesson 05's timeline: what counts as hidden, and whether a core is free."""

from __future__ import annotations

import time
from types import SimpleNamespace

import numpy as np
import pytest

from utils.processes import import_tensorflow

import_tensorflow()

from utils.ch05 import overlap  # noqa: E402


def test_hidden_is_the_fraction_of_waiting_during_which_the_network_works():
    storage, network = overlap.STORAGE, overlap.NETWORK
    assert overlap.hidden([(storage, 0, 1), (network, 1, 2), (storage, 2, 3), (network, 3, 4)]) == 0
    assert overlap.hidden([(storage, 0, 1), (storage, 1, 2), (network, 1, 2), (network, 2, 3)]) == 0.5
    assert overlap.hidden([(storage, 0, 4), (network, 1, 2), (network, 3, 5)]) == 0.5


def test_what_is_asked_for_ahead_waits_while_the_network_works():
    network = SimpleNamespace(train_on_batch=lambda x, y: time.sleep(0.03))
    images = np.zeros((256, 4, 4, 3), np.uint8)
    run = overlap.waiting_loop(network, images, wait=0.02)
    in_turn, ahead = run(0), run(2)
    for log in (in_turn, ahead):
        assert [sum(who == which for who, *_ in log) for which in (overlap.STORAGE, overlap.NETWORK)] == [
            8,
            8,
        ]
    assert overlap.hidden(in_turn) < 0.01
    assert overlap.hidden(ahead) > 0.5
    assert overlap.step_time(network, images) == pytest.approx(0.03, rel=0.5)


def test_tensorflow_adds_a_prefetch_by_itself_unless_told(monkeypatch):
    network = SimpleNamespace(train_on_batch=lambda x, y: time.sleep(0.03))
    run = overlap.waiting_loop(network, np.zeros((256, 4, 4, 3), np.uint8), wait=0.02)
    assert overlap.hidden(overlap.typical(run, 0, of=3)) < 0.01
    monkeypatch.setattr(overlap, "in_turn", lambda dataset: dataset)
    assert overlap.hidden(overlap.typical(run, 0, of=3)) > 0.5


@pytest.mark.parametrize(
    ("busy", "cores", "free"), [(2, 2, True), (40, 2, False), (2, 1, False), (50, 8, True)]
)
def test_a_core_is_free_where_other_programs_leave_one(monkeypatch, busy, cores, free):
    monkeypatch.setattr(overlap.psutil, "cpu_percent", lambda interval: busy)
    monkeypatch.setattr(overlap.psutil, "cpu_count", lambda: max(cores, 2))
    monkeypatch.setattr(overlap, "usable_cores", lambda: cores)
    assert overlap.free_core().holds is free
