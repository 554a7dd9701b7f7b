"""What lab 20 hands its answers: drawn traces of a GPU, lists of allocations, and graphed steps with planted bugs.

No GPU was measured: each trace is drawn from a generator by a queue model, and has the form that PyTorch's profiler
writes. Times are whole eighths of µs (calls that wait end between two of them), so that sums are exact.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch

from utils.checks import fixed
from utils.processes import without_stderr

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


# ---- 1 · lanes -----------------------------------------------------------------------------------

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


# ---- 2 · syncs -----------------------------------------------------------------------------------

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
SYNCS += ("only", "memset", "names", "edges", "twice", "just runs", "drawn")


def syncs(rng: np.random.Generator, kind: str) -> list[dict]:
    """A trace with calls that wait, of a ``kind`` in SYNCS."""
    tape = Tape(rng)
    with tape.op("ProfilerStep#5", cat="user_annotation"):
        _work(tape, 2, 20, 40)
        _syncs(tape, kind)
    start, end = tape.began, max(tape.free.values())
    tape.add("gpu_user_annotation", "ProfilerStep#5", start, end - start, DEFAULT)
    events = tape.shuffled()
    return sorted(events, key=lambda e: -e.get("ts", 0)) if kind == "tie" else events


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


def _think(tape: Tape, low: int, high: int) -> None:
    tape.now += us(tape.rng, low, high)


def _syncs(tape: Tape, kind: str) -> None:
    rng, ops = tape.rng, ["aten::item", "aten::nonzero", "aten::to", "aten::masked_select"]
    ops = [ops[i] for i in rng.permutation(4)]
    if kind == "two":  # the one that waits longer costs less
        _work(tape, 3, 90, 120)
        _hidden(tape, ops[0])
        _work(tape, 1, 3, 5)
        _hidden(tape, ops[1])
        _think(tape, 40, 60)
    elif kind == "copy runs":  # another stream has work meanwhile
        tape.launch(us(rng, 400, 500), SECOND, "gpu_memcpy")
        _hidden(tape, ops[0])
    elif kind == "explicit":
        tape.wait("cudaDeviceSynchronize", None)
        _think(tape, 30, 50)
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
        _think(tape, 4, 6)
        tape.wait("cudaStreamSynchronize", DEFAULT)
        _think(tape, 4, 6)
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
            _think(tape, 40, 50)
            _work(tape, 1, 5, 9)
    elif kind == "tie":
        _tie(tape, ops)
        return
    elif kind == "events":
        _hidden(tape, ops[0], "cudaEventSynchronize")
        _think(tape, 10, 20)
        _work(tape, 1, 5, 9)
        _hidden(tape, ops[0])
        _think(tape, 30, 40)
    elif kind == "drawn":
        for op in [*ops, ops[0], ops[2]]:
            _work(tape, int(rng.integers(1, 4)), 5, 60, [DEFAULT, SECOND][int(rng.integers(2))])
            _hidden(tape, op, stream=[DEFAULT, SECOND][int(rng.integers(2))])
            _think(tape, 0, 50)
    else:
        _special(tape, kind, ops)
    _work(tape, 2, 20, 40)


def _special(tape: Tape, kind: str, ops: list[str]) -> None:
    rng = tape.rng
    if kind == "memset":  # memsets bound the gap
        with tape.op(ops[0]):
            tape.launch(us(rng, 10, 20), cat="gpu_memset")
            tape.wait("cudaStreamSynchronize", DEFAULT)
        _think(tape, 30, 40)
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
        _think(tape, 30, 40)
    elif kind == "edges":  # a call that begins with two operators, and one that begins when an operator ends
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


# ---- 3 · predict ---------------------------------------------------------------------------------

STEPS = ("launch-bound", "wide", "falls behind", "one kernel", "copies", "slow graph", "one step")
STEPS += ("early launch", "drawn")


def step(rng: np.random.Generator, kind: str) -> tuple[list[dict], int, float, float]:
    """(events of one step, number of steps, µs of a graph's launch, µs between kernels) of a ``kind`` in STEPS."""
    tape, between = Tape(rng), us(rng, 1, 2) + 14.0 * (kind == "early launch")
    sizes = {"wide": (60, 120), "falls behind": (14, 22), "drawn": (2, 40)}.get(kind, (2, 5))
    number = {"one kernel": 1, "drawn": int(rng.integers(6, 12))}.get(kind, int(rng.integers(5, 8)))
    with tape.op("ProfilerStep#7", cat="user_annotation"):
        for i in range(number):
            if i % 2:  # calls that launch nothing
                tape.call(["cudaStreamIsCapturing", "cudaEventRecord"][i // 2 % 2], us(rng, 1, 2))
            low, high = (60, 90) if kind == "falls behind" and i == number - 1 else sizes
            cat = (
                {0: "gpu_memcpy", number - 1: "gpu_memset"}.get(i, "kernel") if kind == "copies" else "kernel"
            )
            tape.launch(us(rng, low, high), cat=cat, between=between)
        _think(tape, 2, 20)
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


# ---- 4 · peak ------------------------------------------------------------------------------------

PEAKS = (
    "waits",
    "same size",
    "plain",
    "rounded",
    "reused",
    "before",
    "segments",
    "first of two",
    "no frames",
    "same name",
    "large",
    "drawn",
)


def _event(action: str, addr: int, size: int, name: str = "") -> dict:
    frames = [{"filename": "model.py", "line": 7, "name": name}] if name else []
    frames += [{"filename": "train.py", "line": 40, "name": "train_step"}] * bool(name)
    return {"action": action, "addr": addr, "size": size, "stream": 0, "frames": frames}


class Memory:
    """Writes the history of an allocator, as ``torch.cuda.memory._snapshot()["device_traces"][0]`` holds it."""

    def __init__(self, rng: np.random.Generator):
        self.rng, self.events, self.sizes = rng, [], {}
        self.next = int(rng.integers(1000, 9000)) * 2**20

    def size(self, low: int = 2, high: int = 40) -> int:
        """Bytes, a multiple of 512."""
        return 512 * int(self.rng.integers(low, high))

    def alloc(self, name: str, size: int, addr: int | None = None) -> int:
        if addr is None:
            addr, self.next = self.next, self.next + 2**20
        self.sizes[addr] = size
        self.events.append(_event("alloc", addr, size, name))
        return addr

    def free(self, addr: int, *parts: str) -> None:
        for part in parts or ("requested", "completed"):
            self.events.append(_event(f"free_{part}", addr, self.sizes[addr]))


def history(rng: np.random.Generator, kind: str) -> list[dict]:
    """What an allocator did, of a ``kind`` in PEAKS."""
    m = Memory(rng)
    if kind == "segments":
        m.events.append(_event("segment_alloc", m.next, 20 * 2**20, "conv"))
    weights = m.alloc("linear", m.size())
    if kind == "rounded":  # many small ones: what is rounded up decides which moment is the peak
        small = [m.alloc("bias", int(rng.integers(1, 500))) for _ in range(20)]
        for addr in small:
            m.free(addr)
        m.alloc("conv", 12 * 512)
    elif kind == "reused":  # the same address again, larger, and then freed
        a = m.alloc("conv", m.size(2, 10))
        m.free(a)
        m.alloc("relu", m.size(20, 30), a)
        m.free(a)
        m.alloc("loss", m.size(2, 6))
    elif kind == "waits":  # another stream still reads a: it is held until that has ended
        a, b = m.alloc("copy", m.size(20, 30)), m.alloc("conv", m.size(2, 6))
        m.free(a, "requested")
        c = m.alloc("relu", m.size(10, 20))
        m.free(a, "completed")
        m.free(b)
        m.free(c)
    elif kind == "before":  # allocated before the recording began
        m.sizes[m.next + 77 * 2**20] = 200 * 512
        m.free(m.next + 77 * 2**20)
        a = m.alloc("conv", m.size())
        m.alloc("relu", m.size())
        m.free(a)
    elif kind == "segments":
        a = m.alloc("conv", m.size())
        m.events.append(_event("snapshot", 0, 0))
        m.events.append(_event("segment_alloc", m.next + 50 * 2**20, 2**21, "relu"))
        b = m.alloc("relu", m.size())
        m.events.append(_event("snapshot", 0, 0))
        m.free(a)
        m.events.append(_event("segment_free", m.next + 50 * 2**20, 2**21))
        m.events.append({k: v for k, v in _event("oom", 0, 2**30, "conv").items() if k != "addr"})
        m.free(b)
    elif kind == "first of two":  # the same height again, by others
        size = m.size(10, 30)
        a = m.alloc("conv", size)
        m.free(a)
        m.alloc("relu", size)
    elif kind == "no frames":
        m.alloc("", m.size())
        m.alloc("", m.size())
        m.free(weights)
    elif kind == "same size":
        size = m.size(10, 30)
        m.alloc("conv", size)
        m.free(m.alloc("relu", size))
        m.alloc("loss", size + 512)
    elif kind == "large":
        for name in ("conv", "relu", "loss"):
            m.alloc(name, 2**30 + m.size())
    elif kind == "same name":
        a = m.alloc("conv", m.size() + 1)
        m.alloc("conv", m.size() + 1)
        m.free(a)
        m.alloc("linear", 512)
    else:
        _forward_backward(m, 4 if kind == "plain" else int(rng.integers(5, 9)))
    return m.events


def _forward_backward(m: Memory, number: int) -> None:
    """Forward keeps each layer's output; backward makes gradients and lets them go, in no strict order."""
    names = ["conv", "relu", "pool", "linear", "loss"]
    kept = [
        m.alloc(str(m.rng.choice(names)), m.size(8, 60) - int(m.rng.integers(0, 500))) for _ in range(number)
    ]
    pending = None
    for addr in kept[::-1]:
        gradient = m.alloc("backward", m.sizes[addr])
        if pending is not None:
            m.free(pending, "completed")
        late = bool(m.rng.integers(2))
        m.free(addr, *(["requested"] if late else []))
        pending = addr if late else None
        if m.rng.integers(2):
            m.free(gradient)
            m.alloc("optimizer", m.size(2, 9), gradient)
    if pending is not None:
        m.free(pending, "completed")


def history_of(run) -> list[dict]:
    """What PyTorch's allocator really did on this CPU during ``run()``, by the profiler, in the same form.

    A frame's name is the innermost operator's. On a CPU nothing waits: each free is completed at once.
    """
    cpu = [torch.profiler.ProfilerActivity.CPU]
    with without_stderr(), torch.profiler.profile(activities=cpu, profile_memory=True) as prof:
        run()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "trace.json")
        prof.export_chrome_trace(str(path))
        events = json.loads(path.read_text(encoding="utf-8"))["traceEvents"]
    ops = sorted((e for e in events if e.get("cat") == "cpu_op"), key=lambda e: e["ts"])
    found = []
    for event in sorted((e for e in events if e.get("name") == "[memory]"), key=lambda e: e["ts"]):
        size, addr, at = event["args"]["Bytes"], event["args"]["Addr"], event["ts"]
        names = [o["name"] for o in ops if o["tid"] == event["tid"] and o["ts"] <= at <= o["ts"] + o["dur"]]
        for action in ["alloc"] if size > 0 else ["free_requested", "free_completed"]:
            found.append(_event(action, addr, abs(size), names[-1] if names else ""))
    return found


# ---- 5 · graph -----------------------------------------------------------------------------------

FAULTS = ("stale input", "fixed rate", "same noise", "overwritten output")


class Graph:
    """A CUDA graph in NumPy, as far as its bugs go: an array is memory of the GPU, a function is a kernel."""

    def __init__(self):
        self.launches = []

    def launch(self, kernel, *args) -> None:
        """Captured: the kernel and its arguments. Of an array that is its place, of a number its value now."""
        self.launches.append((kernel, args))

    def replay(self) -> None:
        for kernel, args in self.launches:
            kernel(*args)


def draw(mask: np.ndarray, key: int, count: np.ndarray, held: np.ndarray, period: int) -> None:
    """Dropout's mask, each 0 or 1; the count, in the GPU's memory, moves on, so that the next mask is another.

    While it is held nothing is drawn. Of an even period the masks come again, but never twice in a row.
    """
    if held[0]:
        return
    seen = int(count[0]) % period if period else int(count[0])
    mask[:] = np.random.default_rng([key, seen]).integers(0, 2, len(mask))
    mask[:2] = int(count[0]) % 2, 1 - int(count[0]) % 2  # never all 0, and never twice the same in a row
    count += 1


def forward(y: np.ndarray, w: np.ndarray, x: np.ndarray, mask: np.ndarray) -> None:
    y[:] = 2 * w * x * mask


def update(w: np.ndarray, x: np.ndarray, mask: np.ndarray, lr: np.ndarray) -> None:
    w -= lr * 2 * x * mask


class GraphedStep:
    """``step(x, lr)``: one training step, replayed from a graph; with planted bugs, of FAULTS, or none.

    ``bits``: of fault i in FAULTS 2**i. ``early``: captured before the first call, with an example; else the first
    call runs without a graph, and is captured. An overwritten output is so by the ``ring``-th call after it. ``once``:
    the one call, from 1 on, that goes wrong; 0: each that is replayed does. ``period``: after how many calls the masks
    come again; 0: never.
    """

    def __init__(self, rng: np.random.Generator, bits=0, early=True, ring=1, once=0, period=0):
        self._bits, self._ring, self._once, self._period = bits, ring, once, period
        self._calls = self._replays = 0
        self.n = int(rng.integers(24, 41))
        self._w = rng.uniform(0.5, 2, self.n)
        self._key, self._count, self._mask = int(rng.integers(2**31)), np.zeros(1, int), np.zeros(self.n)
        self._held = np.zeros(1, bool)
        self._x, self._lr, self._y = np.zeros(self.n), np.zeros(1), np.zeros(self.n)
        self._outputs = [np.zeros(self.n) for _ in range(ring)]
        self._graph = None
        if early:
            self._capture(rng.uniform(0.5, 2, self.n), float(rng.uniform(0.01, 0.02)))

    def weights(self) -> np.ndarray:
        """A copy (n,) of the weights as they are now."""
        return self._w.copy()

    def _wrong(self, number: int) -> bool:
        """Whether fault ``number`` of FAULTS shows at this call."""
        return bool(self._bits >> number & 1) and self._once in (0, self._calls)

    def _draw(self) -> tuple:
        return draw, self._mask, self._key, self._count, self._held, self._period

    def _kernels(self, lr):
        yield forward, self._y, self._w, self._x, self._mask
        yield update, self._w, self._x, self._mask, lr

    def _capture(self, x: np.ndarray, lr: float) -> None:
        self._graph, self._x[:], self._lr[:] = Graph(), x, lr
        always = 0 if self._once else self._bits
        kernel, *args = self._draw()
        if always >> 2 & 1:  # drawn once, on the CPU
            kernel(*args)
        else:
            self._graph.launch(kernel, *args)
        for kernel, *args in self._kernels(lr if always >> 1 & 1 else self._lr):
            self._graph.launch(kernel, *args)

    def __call__(self, x, lr) -> np.ndarray:
        """The output y (n,) for x (n,), and a step of the weights by the rate lr."""
        x = np.array(x, float)
        if x.shape != (self.n,):
            raise ValueError(f"x is ({self.n},); yours is {x.shape}")
        self._calls += 1
        if self._graph is None:
            self._x[:] = x
            for kernel, *args in [self._draw(), *self._kernels(float(lr))]:
                kernel(*args)
            self._capture(x, float(lr))
            return self._y.copy()
        if not self._wrong(0):
            self._x[:] = x
        if not self._wrong(1):
            self._lr[:] = float(lr)
        self._held[:] = bool(self._once) and self._wrong(2)
        self._graph.replay()
        return self._returned()

    def _returned(self) -> np.ndarray:
        """The output, at an address of its own or at one that is used again: there a new view each time."""
        number, self._replays = self._replays, self._replays + 1
        if self._once:
            number = 0
        overwrites = bool(self._once) and self._bits >> 3 & 1 and self._calls == self._once + self._ring
        if not self._wrong(3) and not overwrites:
            return self._y.copy()
        out = self._outputs[number % self._ring]
        out[:] = self._y
        return out[:]


def names_of(bits: int) -> tuple[str, ...]:
    """The faults that a number stands for, in the table's order."""
    return tuple(fault for i, fault in enumerate(FAULTS) if bits >> i & 1)


def graphed(rng: np.random.Generator) -> list[tuple[int, bool, int, int, int]]:
    """(bits, early, ring, once, period) in a drawn order.

    Every set of faults; each fault alone at the second call only, and at the third; masks that come again.
    """
    cases = []
    for early in (True, False):
        cases += [(bits, early, 1 + (bits + early) % 3, 0, 0) for bits in range(2 ** len(FAULTS))]
        cases += [(8, early, ring, 0, 0) for ring in (1, 2, 3)]
        cases += [(2**i, early, 5 - once, once, 0) for i in range(len(FAULTS)) for once in (2, 3)]
        cases.append((0, early, 1, 0, 2))
    return [cases[i] for i in rng.permutation(len(cases))]


fixed(__name__)
