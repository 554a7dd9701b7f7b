"""For lab 20: plays a CPU that launches and a GPU that runs, and writes the trace that a profiler would.

No GPU was measured: each trace is drawn from a generator by a queue model, and has the form that PyTorch's profiler
writes. Times are whole eighths of µs (calls that wait end between two of them), so that sums are exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from utils.checks import fixed

MAIN, AUTOGRAD = 1, 2  # two threads of the CPU
DEFAULT, SECOND, THIRD = 7, 20, 24  # three streams of the GPU
NAMES = {"kernel": "gemm", "gpu_memcpy": "Memcpy HtoD (Pinned -> Device)", "gpu_memset": "Memset (Device)"}
LAUNCHED_BY = {"kernel": "cudaLaunchKernel", "gpu_memcpy": "cudaMemcpyAsync", "gpu_memset": "cudaMemsetAsync"}


def us(rng: np.random.Generator, low: int, high: int) -> float:
    """µs from low to high, a whole number of eighths."""
    return int(rng.integers(8 * low, 8 * high + 1)) / 8


class Tape:
    """Plays a CPU that launches and a GPU whose streams run in order, and writes what a profiler would."""

    def __init__(self, rng: np.random.Generator):
        self.rng, self.events, self.free = rng, [], {}
        self.now = self.began = float(rng.integers(10_000, 90_000))
        self.correlation = int(rng.integers(100, 900))

    def add(self, cat: str, name: str, ts: float, dur: float, tid: int, **args) -> None:
        pid = 0 if cat in NAMES or cat == "gpu_user_annotation" else 4242
        event = {"ph": "X", "cat": cat, "name": name, "pid": pid, "tid": tid, "ts": ts, "dur": dur}
        self.events.append(event | {"args": args})

    def flow(self, ph: str, ts: float, pid: int, tid: int) -> None:
        arrow = {"ph": ph, "id": self.correlation, "pid": pid, "tid": tid, "ts": ts}
        self.events.append(arrow | {"cat": "ac2g", "name": "ac2g"})

    def call(self, name: str, takes: float) -> float:
        """The CPU calls CUDA; when it began."""
        start, self.correlation = self.now, self.correlation + 1
        self.add("cuda_runtime", name, start, takes, MAIN, correlation=self.correlation)
        self.now += takes
        return start

    def on_gpu(self, cat: str, start: float, takes: float, stream: int) -> None:
        """Of the call before it."""
        where = {"device": 0, "stream": stream, "correlation": self.correlation}
        self.add(cat, f"{NAMES[cat]} {self.correlation}", start, takes, stream, **where)
        self.flow("s", self.events[-2]["ts"], 4242, MAIN)
        self.flow("f", start, 0, stream)
        self.free[stream] = start + takes

    @contextmanager
    def op(self, name: str, cat: str = "cpu_op", tid: int = MAIN) -> Iterator[None]:
        """What the CPU does inside belongs to this operator."""
        start = self.now
        self.now += us(self.rng, 1, 2)
        yield
        self.now += us(self.rng, 1, 2)
        self.add(cat, name, start, self.now - start, tid)
        self.now += us(self.rng, 1, 2)  # nothing begins just when an operator ends

    def launch(self, takes: float, stream: int = DEFAULT, cat: str = "kernel", between: float = 0.0) -> None:
        with self.op(f"aten::{self.rng.choice(['add_', 'mm', 'relu', 'mul'])}"):
            self.call(LAUNCHED_BY[cat], us(self.rng, 3, 6))
            start = max(self.now, self.free.get(stream, self.began) + between)
            self.on_gpu(cat, start, takes, stream)

    def think(self, low: int, high: int) -> None:
        """The CPU is busy with something that launches nothing."""
        self.now += us(self.rng, low, high)

    def wait(self, name: str, stream: int | None) -> None:
        """The CPU waits in a call until a stream, or all of them (None), have done what they were given.

        The call ends between two eighths, when nothing else does.
        """
        ends = self.free.values() if stream is None else [self.free.get(stream, self.now)]
        self.call(name, max([0.0, *[end - self.now for end in ends]]) + us(self.rng, 1, 3) + 1 / 16)
        self.now += 1 / 16

    def shuffled(self) -> list[dict]:
        self.events.append({"ph": "M", "name": "process_name", "pid": 0, "args": {"name": "python"}})
        return [self.events[i] for i in self.rng.permutation(len(self.events))]


fixed(__name__)
