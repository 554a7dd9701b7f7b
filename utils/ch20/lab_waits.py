"""Lab 20, exercise 2: drawn traces with calls that make the CPU wait."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from utils.ch20.tape import AUTOGRAD, DEFAULT, MAIN, NAMES, SECOND, Tape, us
from utils.checks import fixed

SYNCS = (
    "item",
    "two",
    "copy runs",
    "explicit",
    "last",
    "other thread",
    "nested",
    "no waits",
    "tie",
    "events",
)
SYNCS += ("only", "memset", "names", "edges", "edges turned", "twice", "just runs", "drawn")


def syncs(rng: np.random.Generator, kind: str) -> list[dict]:
    """A trace with calls that wait, of a ``kind`` in SYNCS."""
    tape = Tape(rng)
    with tape.op("ProfilerStep#5", cat="user_annotation"):
        _work(tape, 2, 20, 40)
        _syncs(tape, kind)
    start, end = tape.began, max(tape.free.values())
    tape.add("gpu_user_annotation", "ProfilerStep#5", start, end - start, DEFAULT)
    events = tape.shuffled()
    order = {"tie": lambda e: -e.get("ts", 0), "edges": lambda e: e.get("dur", 0)}
    order["edges turned"] = lambda e: -e.get("dur", 0)
    return sorted(events, key=order[kind]) if kind in order else events


def longer_than(trace: dict, other: dict) -> str:
    """How much longer the GPU's work lasts with waits than without, on one stream, and the gaps there, in a line."""
    one, two = (
        sorted((e["ts"], e["ts"] + e["dur"]) for e in its["traceEvents"] if e.get("cat") in NAMES)
        for its in (trace, other)
    )
    longer = one[-1][1] - one[0][0] - (two[-1][1] - two[0][0])
    gap = np.median([start - end for (_, end), (start, _) in pairwise(two)])
    return f"in all {longer:.0f} µs longer than without, where the GPU has gaps too: {gap:.1f} µs, the median one"


def _work(tape: Tape, number: int, low: int, high: int, stream: int = DEFAULT) -> None:
    for _ in range(number):
        tape.launch(us(tape.rng, low, high), stream)


def _hidden(tape: Tape, op: str, call: str = "cudaStreamSynchronize", stream: int | None = DEFAULT) -> None:
    """An operator that waits; some call others, which then do."""
    inner = {"aten::item": ["aten::_local_scalar_dense"], "aten::to": ["aten::_to_copy", "aten::copy_"]}
    inner |= {"aten::masked_select": ["aten::nonzero"]}
    names = [op, *inner.get(op, [])]
    _within(tape, names, call, stream)


def _within(tape: Tape, names: list[str], call: str, stream: int | None) -> None:
    if names:
        with tape.op(names[0]):
            return _within(tape, names[1:], call, stream)
    tape.call("cudaMemcpyAsync", us(tape.rng, 2, 4))
    if stream is not None:
        start = max(tape.now, tape.free.get(stream, tape.began))
        tape.on_gpu("gpu_memcpy", start, us(tape.rng, 1, 2), stream)
    tape.wait(call, stream)


def _syncs(tape: Tape, kind: str) -> None:
    rng, ops = tape.rng, ["aten::item", "aten::nonzero", "aten::to", "aten::masked_select"]
    ops = [ops[i] for i in rng.permutation(4)]
    if kind == "two":  # the one that waits longer costs less
        _work(tape, 3, 90, 120)
        _hidden(tape, ops[0])
        _work(tape, 1, 3, 5)
        _hidden(tape, ops[1])
        tape.think(40, 60)
    elif kind == "copy runs":  # another stream has work meanwhile
        tape.launch(us(rng, 400, 500), SECOND, "gpu_memcpy")
        _hidden(tape, ops[0])
    elif kind == "explicit":
        tape.wait("cudaDeviceSynchronize", None)
        tape.think(30, 50)
        _work(tape, 1, 10, 20)
        _hidden(tape, ops[0])
    elif kind in ("last", "only"):
        if kind == "last":
            _hidden(tape, ops[1])
            _work(tape, 2, 10, 20)
        _hidden(tape, ops[0])
        return
    elif kind == "other thread":  # at that time another thread is in an operator, and the main one isn't
        start = tape.now
        tape.think(4, 6)
        tape.wait("cudaStreamSynchronize", DEFAULT)
        tape.think(4, 6)
        tape.add(
            "cpu_op", "autograd::engine::evaluate_function: MmBackward0", start, tape.now - start, AUTOGRAD
        )
        _work(tape, 1, 10, 20)
        start = tape.now - 1
        _hidden(tape, ops[0])
        tape.add("cpu_op", "aten::mul", start, tape.now - start + 1, AUTOGRAD)
    elif kind == "nested":
        _hidden(tape, "aten::to")
        _work(tape, 2, 5, 9)
        _hidden(tape, "aten::masked_select", "cudaDeviceSynchronize", None)
    elif kind == "no waits":  # these calls tell the GPU to wait, or nobody
        for name in ("cudaStreamWaitEvent", "cudaEventRecord", "cudaStreamIsCapturing", "cudaEventQuery"):
            with tape.op("aten::record_stream"):
                tape.call(name, us(rng, 1, 2))
            tape.think(40, 50)
            _work(tape, 1, 5, 9)
    elif kind == "tie":
        _tie(tape, ops)
        return
    elif kind == "events":
        _hidden(tape, ops[0], "cudaEventSynchronize")
        tape.think(10, 20)
        _work(tape, 1, 5, 9)
        _hidden(tape, ops[0])
        tape.think(30, 40)
    elif kind == "drawn":
        for op in [*ops, ops[0], ops[2]]:
            _work(tape, int(rng.integers(1, 4)), 5, 60, [DEFAULT, SECOND][int(rng.integers(2))])
            _hidden(tape, op, stream=[DEFAULT, SECOND][int(rng.integers(2))])
            tape.think(0, 50)
    else:
        _special(tape, kind, ops)
    _work(tape, 2, 20, 40)


def _special(tape: Tape, kind: str, ops: list[str]) -> None:
    rng = tape.rng
    if kind == "memset":  # memsets bound the gap
        with tape.op(ops[0]):
            tape.launch(us(rng, 10, 20), cat="gpu_memset")
            tape.wait("cudaStreamSynchronize", DEFAULT)
        tape.think(30, 40)
        tape.launch(us(rng, 10, 20), cat="gpu_memset")
    elif (
        kind == "names"
    ):  # other calls and other kinds of events, whose names are like those of calls that wait
        with tape.op(ops[0]):
            for name in ("cudaStreamSynchronize_ptsz", "cudaSynchronizeFoo"):
                tape.call(name, us(rng, 1, 2))
            with tape.op("barrierSynchronize"), tape.op("my Synchronize", cat="user_annotation"):
                pass
        _hidden(tape, ops[1])
        tape.think(30, 40)
    elif kind in ("edges", "edges turned"):
        # A call that begins with two operators, and one that begins when an operator ends.
        _exact(tape, [(ops[0], 0.0, 2.0), ("aten::inner", 0.0, 1.0)], idle=35.0)
        _exact(tape, [(ops[1], -4.0, None)], idle=45.0)
    elif kind == "twice":  # to the eighth the same
        _exact(tape, [(ops[0], -1.0, 1.0)])
        _exact(tape, [(ops[0], -1.0, 1.0)])
    elif kind == "just runs":  # at the call's end another stream is nearly done
        _exact(tape, [(ops[0], -1.0, 1.0)], over=0.5)
    else:
        _hidden(tape, ops[0])


def _exact(tape: Tape, around: list, wait: float = 50.0, idle: float = 40.0, over: float = -2.0) -> None:
    """A call that waits, ``idle`` µs later a kernel; a kernel before it ends ``over`` µs after the call's end.

    ``around``: (name, start, end) of operators, counted from the call's start and from its end; an end of None is
    the call's start.
    """
    begins = max(tape.now, *tape.free.values()) + 20.0
    ends = begins + wait
    tape.now = begins - 15.0
    with tape.op("aten::mm"):
        tape.call("cudaLaunchKernel", 4.0)
        tape.on_gpu("kernel", tape.now, ends + over - tape.now, DEFAULT if over < 0 else SECOND)
    tape.now = begins
    tape.call("cudaStreamSynchronize", wait)
    for name, start, end in around:
        end = begins if end is None else ends + end
        tape.add("cpu_op", name, begins + start, end - begins - start, MAIN)
    tape.now = ends + over + idle - 6.0
    with tape.op("aten::mul"):
        tape.call("cudaLaunchKernel", 3.0)
        tape.on_gpu("kernel", ends + over + idle, 10.0, DEFAULT)


def _tie(tape: Tape, ops: list[str]) -> None:
    """Twice the same idle time, to the eighth; the waits differ, and the later one's name comes first."""
    ops = [*sorted(ops[:2], reverse=True), ops[2]]
    for op, takes in ((ops[0], 60.0), (ops[1], 90.0), (ops[2], 30.0)):
        tape.launch(takes)
        end = max(tape.free[DEFAULT], tape.now + 4)  # when the launched work is done
        start = tape.now
        tape.now += 1.0
        tape.call("cudaStreamSynchronize", end + 2.0 - tape.now)
        tape.now += 1.0
        tape.add("cpu_op", op, start, tape.now - start, MAIN)
        tape.now = end + 30.0 + (10.0 if op == ops[2] else 0.0)
        with tape.op("aten::add_"):
            tape.now = end + 35.0 + (10.0 if op == ops[2] else 0.0)
            tape.call("cudaLaunchKernel", 5.0)
            tape.on_gpu("kernel", tape.now, 20.0, DEFAULT)


fixed(__name__)
