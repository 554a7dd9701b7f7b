"""Record how long one unchanged function takes, 40,000 times over: chapter 00's noise.

    python -m tools.record_noise        # about two minutes; writes utils/recorded_noise.npz

Two traces of the same call: on a machine left alone, and beside a neighbour that computes in bursts
(a second process, busy and idle by turns of random length). Lessons and labs replay them, so that
their outputs are the same on every machine.
"""

from __future__ import annotations

import multiprocessing
import random
import time
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

CALLS = 40_000
TARGET = Path(__file__).parents[1] / "utils" / "recorded_noise.npz"


def neighbour(seed: int) -> None:
    rng = random.Random(seed)
    block = np.ones(4_000_000)
    while True:
        end = time.perf_counter() + rng.expovariate(1 / 0.5)
        while time.perf_counter() < end:
            block.copy()  # fills caches and memory bus, as a neighbour's training does
        time.sleep(rng.expovariate(1 / 0.5))


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


def main() -> None:
    print("recording, the machine left alone …", flush=True)
    quiet = trace(CALLS)
    print("recording, beside neighbours …", flush=True)
    busy = [multiprocessing.Process(target=neighbour, args=(i,), daemon=True) for i in range(2)]
    for process in busy:
        process.start()
    loaded = trace(CALLS)
    for process in busy:
        process.terminate()
    np.savez_compressed(TARGET, quiet=quiet, loaded=loaded)
    print(f"{TARGET}: median {np.median(quiet) / 1e3:.0f} and {np.median(loaded) / 1e3:.0f} µs")


if __name__ == "__main__":
    main()
