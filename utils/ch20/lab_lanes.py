"""Lab 20, exercise 1: drawn traces with GPU events on up to three streams."""

from __future__ import annotations

import numpy as np

from utils.ch20.tape import DEFAULT, LAUNCHED_BY, MAIN, NAMES, SECOND, THIRD, Tape, us
from utils.checks import fixed

LANES = ("one stream", "touching", "two streams", "long copy", "long last", "three", "copies", "by turns")
LANES += ("one event", "nothing", "covered", "shuffled", "drawn")


def lanes(rng: np.random.Generator, kind: str) -> list[dict]:
    """Events of a ``kind`` in LANES; on the CPU something happens before, after and in all gaps."""
    tape = Tape(rng)
    spec = _lanes(rng, kind)
    first = tape.now + 40
    for stream, cat, start, takes in spec:
        tape.now = first + start - us(rng, 12, 20)
        tape.call(LAUNCHED_BY[cat], us(rng, 2, 5))
        tape.on_gpu(cat, first + start, takes, stream)
    tape.add("user_annotation", "ProfilerStep#3", tape.began, 400.0, MAIN)
    tape.add("cpu_op", "aten::mm", tape.began + 1, 300.0, MAIN)
    if spec:
        end = max(start + takes for _, _, start, takes in spec)
        tape.add("gpu_user_annotation", "ProfilerStep#3", first - 0.5, end + 1, DEFAULT)
    return tape.shuffled()


def _lanes(rng: np.random.Generator, kind: str) -> list[tuple[int, str, float, float]]:
    """(stream, cat, start, µs) of each GPU event, from 0 on."""
    a, b, c, d, e, f = (us(rng, 2, 12) for _ in range(6))
    k, copy = "kernel", "gpu_memcpy"
    if kind in ("one stream", "shuffled"):
        return [(7, k, 0, a), (7, k, a + b, c), (7, k, a + b + c + d, e)]
    if kind == "touching":
        return [(7, k, 0, a), (7, k, a, b), (7, k, a + b, c), (7, k, a + b + c + d, e)]
    if kind == "two streams":
        return [(7, k, 0, a + b), (20, k, a, b + c), (7, k, a + b + c + d, e)]
    if kind == "long copy":  # what began last before the gap isn't what ended last
        return [
            (20, copy, 0, a + b + c + d),
            (7, k, a, b),
            (7, k, a + b + c - 1, 1.0),
            (7, k, a + b + c + d + e, f),
        ]
    if kind == "long last":
        return [(7, k, 0, a), (20, copy, a + b, c + d + e), (7, k, a + b + c, d)]
    if kind == "three":
        return [
            (7, k, 0, a + b + c),
            (20, k, a, b + c + d),
            (24, copy, a + b, c + d + e),
            (7, k, a + b + c + d + e + f, a),
        ]
    if kind == "copies":
        return [
            (7, k, 0, a),
            (7, copy, a + b, c),
            (7, "gpu_memset", a + b + c + d, e),
            (7, k, a + b + c + d + e + f, b),
        ]
    if kind == "by turns":
        return [(7, k, 0, a), (20, k, a, b), (7, k, a + b, c)]
    if kind == "one event":
        return [(7, k, 0, a)]
    if kind == "nothing":
        return []
    if kind == "covered":
        return [(20, copy, 0, a + b + c + d + e), (7, k, a, b), (7, k, a + b + c, d)]
    found = []
    for stream in (DEFAULT, SECOND, THIRD):
        at = us(rng, 0, 30)
        for _ in range(int(rng.integers(3, 7))):
            takes = us(rng, 1, 15)
            found.append((stream, str(rng.choice(list(NAMES))), at, takes))
            at += takes + us(rng, 0, 25) * int(rng.integers(0, 2))
    return found


fixed(__name__)
