"""What lab 00 hands its answers: a pretend device with its own clock, recorded times, ratios of A/A pairs, logs."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import numpy as np
from threadpoolctl import threadpool_limits

from utils import timing
from utils.ch00.noise import load_noise
from utils.checks import fixed

noise = load_noise()["with neighbours"]  # (40000,) seconds of one unchanged call, in order, read-only
pairs = noise.reshape(-1, 2)  # (20000, 2): each call and the next
aa_ratios = pairs[:, 1] / pairs[:, 0]  # (20000,)
aa_ratios.flags.writeable = False


class PretendDevice:
    """Runs what it is told to later: only wait() lets the queued seconds pass on its clock."""

    def __init__(self, seconds, queued: float = 0.0):
        self.seconds, self.queued, self.now = list(seconds), queued, 100.0
        self.calls = self.looks = 0

    def clock(self):
        self.looks += 1
        return self.now

    def run(self):
        self.now += 1e-3  # handing over the work takes a millisecond
        self.queued += self.seconds[self.calls % len(self.seconds)]
        self.calls += 1

    def wait(self):
        self.now += self.queued
        self.queued = 0.0


def on_a_thread(time_calls: Callable) -> None:
    """Time products of matrices that a thread computes while we look away: without waiting, and with."""
    x = np.random.default_rng(0).random((400, 400))
    with threadpool_limits(1), ThreadPoolExecutor(1) as device:

        def hand_over():
            device.submit(x.dot, x)

        for words, wait in [
            ("without waiting", lambda: None),
            ("waiting", lambda: device.submit(int).result()),
        ]:
            seconds = time_calls(hand_over, 50, 3, time.perf_counter, wait)
            print(f"{words:15}: a product takes {1e6 * np.median(seconds):5.0f} µs")


def promises(percentiles: Callable) -> None:
    """p50, p99 and p99.9 of lesson 00's recording."""
    for name, seconds in load_noise().items():
        p50, p99, p999 = 1e6 * percentiles(seconds, [50, 99, 99.9])
        print(f"{name:15}: p50 {p50:4.0f} µs, p99 {p99:4.0f} µs, p99.9 {p999:4.0f} µs")


def does_float32_pay(compare_pairs: Callable) -> None:
    """200 pairs of products of matrices, in float64 and in float32: warm, by turns, in random order."""
    wide = np.random.default_rng(0).random((200, 200))
    narrow = wide.astype(np.float32)
    products = [lambda: wide @ wide, lambda: narrow @ narrow]
    seconds, rng = np.empty((200, 2)), np.random.default_rng(0)
    with threadpool_limits(1):
        for product in products:
            product()  # warm up
        for pair in seconds:
            for i in rng.permutation(2):
                pair[i] = timing.time_once(products[i])
    print("float32 / float64: {:.2f} [{:.2f}, {:.2f}], {}".format(*compare_pairs(seconds, 0.999)))


def low_end(ratios: np.ndarray) -> float:
    """The low end of the 99.9% interval of the median of ``ratios`` (n,); -inf where n is too small."""
    return timing.median_interval(ratios)[0]


EVENTS = ("a", "b", "start", "stop", "wait")


def log_of(benchmark: Callable) -> list[str]:
    """Everything that a benchmark did, in order."""
    log: list[str] = []
    benchmark(**{event: lambda event=event: log.append(event) for event in EVENTS})
    return log


def log_of_compare() -> list[str]:
    """What the course's own ``compare`` does, in the same words: it asks the clock, and waits for the device."""
    log: list[str] = []
    readings = iter(range(10**6))

    def clock():
        now = next(readings)
        log.append(("start", "stop")[now % 2])
        return now

    with (
        mock.patch.object(timing, "synchronize", lambda: log.append("wait")),
        mock.patch.object(timing, "time", mock.Mock(perf_counter=clock)),
    ):
        timing.compare(lambda: log.append("a"), lambda: log.append("b"))
    return log


def ratios_here(n: int) -> np.ndarray:
    """Ratios of n A/A pairs on this machine: a layer of 784 → 256 on 128 images, about 1 ms a pair. (n,)"""
    rng = np.random.default_rng(0)
    x, w = rng.random((128, 784), np.float32), rng.random((784, 256), np.float32)
    with threadpool_limits(1):  # a second thread would wait for other programs
        seconds = timing.time_repeats(lambda: np.maximum(x @ w, 0), 2 * n)
    return np.divide(*rng.permuted(seconds.reshape(n, 2), axis=1).T)


fixed(__name__)
