"""Lab 20, exercise 4: what an allocator did, drawn, and of a real run on this CPU."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np
import torch

from utils.checks import fixed
from utils.processes import without_stderr

PEAKS = (
    "waits",
    "same size",
    "same name",
    "plain",
    "rounded",
    "reused",
    "before",
    "segments",
    "first of two",
    "no frames",
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

    def several(self, name: str, *over: int) -> int:
        """One for each number of bytes over a multiple of 512; the last one's address."""
        return [self.alloc(name, self.size() + more) for more in over][-1]

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
    elif kind == "reused":  # the same address again, larger; and once more, by an event that equals that one
        a = m.alloc("conv", m.size(2, 10))
        m.free(a)
        m.alloc("relu", m.size(20, 30), a)
        m.free(a)
        m.alloc("loss", m.size(2, 6))
        m.alloc("relu", m.sizes[a], a)
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
        m.free(m.several("conv", 100, 300, 300, 300))  # the sum rounded, or each to the nearest, is less
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


fixed(__name__)
