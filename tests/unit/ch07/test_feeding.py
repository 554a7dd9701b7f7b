"""Chapter 07's costly loader costs what it says, and a timeline's bars lie where its events do."""

import time

from utils.ch07.feeding import Costly, starts_of, time_epochs


def test_computing_takes_processor_time_and_waiting_none():
    for asleep in (True, False):
        start = time.thread_time()
        assert Costly(1, 0.02, asleep)[0] == 0
        assert (time.thread_time() - start >= 0.02) != asleep


def test_an_epoch_takes_its_batches_and_steps():
    assert all(seconds >= 5 * 0.004 for seconds in time_epochs(Costly(5, 0.003, True), 0, step=0.001))


def test_bars_of_one_kind():
    events = [("read", 0.0, 0.5), ("step", 0.5, 0.75)]
    assert starts_of(events, "step") == [(500.0, 250.0)]
