"""Chapter 00's recording: one unchanged function, timed 40,000 times on a 2-core rented machine.

    python -m utils.ch00.noise        # about two minutes; makes noise.npz anew, on your machine

Two traces of the same call: on a machine left alone, and beside two neighbours that compute in bursts
(processes that are busy and idle by turns of random length). Lesson and lab replay them, so that their
outputs are the same on every machine.
"""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil
from threadpoolctl import threadpool_limits

try:
    import resource
except ImportError:  # Windows
    resource = None

CALLS = 40_000
RECORDING = Path(__file__).with_suffix(".npz")


def load_noise() -> dict[str, np.ndarray]:
    """Seconds of each call, in order, read-only: ``{"alone": (40000,), "with neighbours": (40000,)}``."""
    with np.load(RECORDING, allow_pickle=False) as recorded:
        noise = {"alone": recorded["quiet"] / 1e9, "with neighbours": recorded["loaded"] / 1e9}
    for times in noise.values():
        times.flags.writeable = False  # what one cell changed, a later one would judge by
    return noise


def neighbour(seed: int) -> None:
    """A program that computes and rests by turns, for ever."""
    rng = random.Random(seed)
    block = np.ones(4_000_000)
    while True:
        end = time.perf_counter() + rng.expovariate(1 / 0.5)
        while time.perf_counter() < end:
            block.copy()  # fills caches and memory bus, as a neighbour's training does
        time.sleep(rng.expovariate(1 / 0.5))


@contextmanager
def neighbours(number: int) -> Iterator[None]:
    """So many neighbours, until the block ends; they are at work when it begins."""
    processes = multiprocessing.get_context("spawn")  # a fork of a kernel would take its threads' locks along
    begun = [processes.Event() for _ in range(number)]
    busy = [processes.Process(target=_begin, args=(i, it), daemon=True) for i, it in enumerate(begun)]
    try:
        for process in busy:
            process.start()
        for it in begun:
            it.wait(60)
        yield
    finally:
        for process in busy:
            process.terminate()
            process.join()


def _begin(seed: int, begun) -> None:
    begun.set()
    neighbour(seed)


def interruptions() -> int:
    """How often the operating system has taken the core away from this thread, so far; Windows doesn't tell: 0."""
    if resource is None:
        return 0
    whose = getattr(resource, "RUSAGE_THREAD", resource.RUSAGE_SELF)  # macOS counts for the process alone
    return resource.getrusage(whose).ru_nivcsw


def page_faults() -> int:
    """How many pages of memory the operating system has handed to this process, so far."""
    if resource is None:
        return psutil.Process().memory_info().num_page_faults
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


def trace(calls: int) -> np.ndarray:
    """Nanoseconds of each call: 128 images through a layer of 784 → 256 with ReLU, one thread."""
    rng = np.random.default_rng(0)
    x = rng.random((128, 784), np.float32)
    w = rng.standard_normal((784, 256), np.float32)
    ns = np.empty(calls, np.uint32)
    with threadpool_limits(1):
        for i in range(calls):
            start = time.perf_counter_ns()
            np.maximum(x @ w, 0)
            ns[i] = time.perf_counter_ns() - start
    return ns


def record(path: Path = RECORDING, calls: int = CALLS) -> None:
    print("recording, the machine left alone …", flush=True)
    quiet = trace(calls)
    print("recording, beside neighbours …", flush=True)
    with neighbours(2):
        loaded = trace(calls)
    np.savez_compressed(path, quiet=quiet, loaded=loaded)
    print(f"{path}: median {np.median(quiet) / 1e3:.0f} and {np.median(loaded) / 1e3:.0f} µs")


if __name__ == "__main__":
    record()
