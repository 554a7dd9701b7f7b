"""Lab 20, exercise 3: drawn traces of one training step; and one step cut out of a longer trace."""

from __future__ import annotations

import numpy as np

from utils.ch20.tape import DEFAULT, NAMES, Tape, us
from utils.checks import fixed

STEPS = (
    "launch-bound",
    "busy before",
    "wide",
    "falls behind",
    "one kernel",
    "copies",
    "slow graph",
    "one step",
)
STEPS += ("early launch", "drawn")


def step(rng: np.random.Generator, kind: str) -> tuple[list[dict], int, float, float]:
    """(events of one step, number of steps, µs of a graph's launch, µs between kernels) of a ``kind`` in STEPS."""
    tape, between = Tape(rng), us(rng, 1, 2) + 14.0 * (kind == "early launch")
    sizes = {"wide": (60, 120), "falls behind": (14, 22), "drawn": (2, 40)}.get(kind, (2, 5))
    number = {"one kernel": 1, "drawn": int(rng.integers(6, 12))}.get(kind, int(rng.integers(5, 8)))
    if kind == "busy before":  # with what the trace doesn't show: its times aren't those of the queue
        tape.free[DEFAULT] = tape.began + us(rng, 60, 90)
    with tape.op("ProfilerStep#7", cat="user_annotation"):
        for i in range(number):
            if i % 2:  # calls that launch nothing
                tape.call(["cudaStreamIsCapturing", "cudaEventRecord"][i // 2 % 2], us(rng, 1, 2))
            low, high = (60, 90) if kind == "falls behind" and i == number - 1 else sizes
            cat = (
                {0: "gpu_memcpy", number - 1: "gpu_memset"}.get(i, "kernel") if kind == "copies" else "kernel"
            )
            tape.launch(us(rng, low, high), cat=cat, between=between)
        tape.think(2, 20)
    start, end = tape.began + 4, max(tape.free.values())
    tape.add("gpu_user_annotation", "ProfilerStep#7", start, end - start, DEFAULT)
    graph_us = us(rng, 60, 90) if kind == "slow graph" else us(rng, 8, 14)
    return tape.shuffled(), 1 if kind == "one step" else int(rng.integers(3, 7)), graph_us, between


def one_step(events: list[dict], name: str) -> list[dict]:
    """Of a longer trace: what the CPU did in the annotation of that name, and what the GPU ran of it."""
    spans = [e for e in events if e.get("cat") == "user_annotation" and e["name"] == name]
    start, end = spans[0]["ts"], spans[0]["ts"] + spans[0]["dur"]
    inside = [e for e in events if e.get("cat") in ("cpu_op", "cuda_runtime") and start <= e["ts"] < end]
    calls = {e["args"]["correlation"] for e in inside if e["cat"] == "cuda_runtime"}
    return [
        *spans[:1],
        *inside,
        *(e for e in events if e.get("cat") in NAMES and e["args"]["correlation"] in calls),
    ]


fixed(__name__)
