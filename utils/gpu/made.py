"""Hand-made GPU traces, in the form of PyTorch's profiler: a queue model with stated rates. No GPU was measured.

``trace(name)`` is what ``json.load`` gives of a file of ``export_chrome_trace``: a dict with ``deviceProperties``
and ``traceEvents``, a list of dicts. Times are in µs. Events with ``"ph": "X"`` last from ``ts`` for ``dur``:

    user_annotation  "step 0", "step 1", …: the CPU was in that step (``tid`` 1 is the one CPU thread)
    cpu_op           "aten::relu": an operator ran on the CPU; what it launches lies inside
    cuda_runtime     "cudaLaunchKernel", "cudaMemcpyAsync", "cudaGraphLaunch": the CPU hands work over and goes on;
                     "cudaStreamSynchronize", "cudaDeviceSynchronize": it waits. ``args.correlation``: its number
    kernel           the GPU worked. ``args``: ``correlation`` (of the call that launched it), ``stream``, ``device``,
                     ``grid`` and ``block``, "blocks per SM", "est. achieved occupancy %"
    gpu_memcpy       the GPU copied, "Memcpy HtoD (Pinned -> Device)": ``correlation``, ``stream``, ``bytes``
    gpu_memset       the GPU filled memory: ``correlation``, ``stream``, ``bytes`` (in recordings; none is made here)

All kernels of a CUDA graph have the correlation of the one ``cudaGraphLaunch``, and their "graph node id" isn't 0.
Flow events, ``"ph": "s"`` and ``"f"`` with ``cat`` "ac2g", draw arrows from launch to start; "M" are names. CPU events
have ``pid`` 1 here, GPU events 0, and ``tid`` is then the stream: 7 is the default one. Events of a real file are in no
order: sort by ``ts``. Form: pytorch/kineto, libkineto/src/output_json.cpp and CuptiActivity.cpp (as of 2026).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil

import numpy as np

NAME = "hand-made: no such GPU"
SMS = 100  # multiprocessors; a kernel with fewer blocks leaves the others idle
# The stated rates. Chosen to be of a large GPU's order, and measured nowhere.
FP32, TENSOR = 30e6, 300e6  # FLOPs in a µs: 30 and 300 TFLOP/s
BANDWIDTH = 2e6  # bytes in a µs: 2 TB/s
PINNED, PAGEABLE = 25e3, 6e3  # bytes in a µs between host and device
# Kernels of two streams run beside each other, each as if alone.
LEAST = 2.0  # µs of the shortest kernel
BETWEEN = 1.0  # µs from one kernel's end to the next one's start in a stream
LATENCY = 4.0  # µs from a launch's return to the kernel's start on an idle GPU
LAUNCH, GRAPH_LAUNCH, SYNC = 5.0, 12.0, 3.0  # µs of the CPU in such a call, waiting not counted
FORWARD, BACKWARD, OTHER = 16.0, 11.0, 30.0  # µs of the CPU in an operator, beside its launches
JITTER = 0.15  # each time is so much longer or shorter, at most
DEFAULT, SECOND = 7, 20  # streams


@dataclass(frozen=True)
class Kernel:
    """Work for the GPU: what it computes and moves, in how many blocks, on tensor cores or not."""

    name: str
    flops: float
    bytes: float
    blocks: int
    tensor: bool = False

    def us(self) -> float:
        """The roofline's time on as many multiprocessors as it has blocks for."""
        part = min(1.0, self.blocks / SMS)
        rate = TENSOR if self.tensor else FP32
        return max(LEAST, self.flops / rate / part, self.bytes / BANDWIDTH / part)


class Maker:
    """Plays a CPU thread that launches, and a GPU whose streams run what they are given, in order."""

    def __init__(self, seed: int):
        self.rng = np.random.default_rng(seed)
        self.now, self.free = 0.0, {}  # of the CPU; when each stream has done all it was given
        self.events: list[dict] = []
        self.correlation = 0

    def spend(self, us: float) -> float:
        """So many µs of the CPU, give or take; what it came to."""
        took = us * self._jitter()
        self.now += took
        return took

    def _jitter(self) -> float:
        return 1 + self.rng.uniform(-JITTER, JITTER)  # no library's exp: the same bits everywhere

    def _event(self, cat: str, name: str, ts: float, dur: float, tid: int = 1, **args) -> None:
        pid = 0 if cat in ("kernel", "gpu_memcpy", "gpu_memset") else 1
        event = {"ph": "X", "cat": cat, "name": name, "pid": pid, "tid": tid}
        self.events.append(event | {"ts": round(ts, 3), "dur": round(dur, 3), "args": args})

    @contextmanager
    def span(self, name: str, cat: str = "cpu_op") -> Iterator[None]:
        start = self.now
        yield
        self._event(cat, name, start, self.now - start)

    def op(self, name: str, us: float, *kernels: Kernel, stream: int = DEFAULT) -> None:
        """An operator of ``us`` on the CPU, half of that before its launches."""
        with self.span(name):
            self.spend(us / 2)
            for kernel in kernels:
                self._call("cudaLaunchKernel", LAUNCH)
                self._run(kernel, stream)
            self.spend(us / 2)

    def graph(self, kernels: list[Kernel], stream: int = DEFAULT) -> None:
        """One call that launches them all."""
        self._call("cudaGraphLaunch", GRAPH_LAUNCH)
        for node, kernel in enumerate(kernels, start=1):
            self._run(kernel, stream, node)

    def copy(self, size: int, to_device: bool, pinned: bool, stream: int = DEFAULT) -> None:
        """Of ``size`` bytes; from or to pageable memory the CPU waits in the call until it is done."""
        host, arrow = "Pinned" if pinned else "Pageable", ("HtoD ({} -> Device)", "DtoH (Device -> {})")
        began = self._call("cudaMemcpyAsync", LAUNCH)
        us = max(LEAST, size / (PINNED if pinned else PAGEABLE)) * self._jitter()
        name = f"Memcpy {arrow[not to_device].format(host)}"
        end = self._on_gpu("gpu_memcpy", name, us, stream, {"bytes": size})
        if not pinned and end > self.now:  # the call lasts until then
            self.events[began]["dur"] = round(end + SYNC - self.events[began]["ts"], 3)
            self.now = end + SYNC

    def sync(self, stream: int | None = None) -> None:
        """The CPU waits for a stream, or for all."""
        name = "cudaDeviceSynchronize" if stream is None else "cudaStreamSynchronize"
        at = self._call(name, SYNC)
        free = max(self.free.values(), default=0.0) if stream is None else self.free.get(stream, 0.0)
        end = max(self.now, free + SYNC)
        self.events[at]["dur"] = round(end - self.events[at]["ts"], 3)
        self.now = end

    def _call(self, name: str, us: float) -> int:
        self.correlation += 1
        start = self.now
        self._event("cuda_runtime", name, start, self.spend(us), correlation=self.correlation)
        return len(self.events) - 1

    def _run(self, kernel: Kernel, stream: int, node: int = 0) -> None:
        blocks = kernel.blocks
        args = {"grid": [blocks, 1, 1], "block": [128, 1, 1], "blocks per SM": round(blocks / SMS, 6)}
        args |= {"est. achieved occupancy %": min(100, round(100 * blocks / SMS / 16)), "graph node id": node}
        self._on_gpu("kernel", kernel.name, kernel.us() * self._jitter(), stream, args)

    def _on_gpu(self, cat: str, name: str, us: float, stream: int, args: dict) -> float:
        start = max(self.now + LATENCY, self.free.get(stream, -BETWEEN) + BETWEEN)
        self.free[stream] = start + us
        where = {"device": 0, "stream": stream, "correlation": self.correlation}
        self._event(cat, name, start, us, tid=stream, **where, **args)
        return start + us

    def trace(self) -> dict:
        """All of it, as a file would have it."""
        calls = {e["args"]["correlation"]: e for e in self.events if e["cat"] == "cuda_runtime"}
        flows = []
        for event in [e for e in self.events if e["pid"] == 0]:
            number = event["args"]["correlation"]
            for ph, at in (("s", calls[number]), ("f", event)):
                flow = {"ph": ph, "id": number, "pid": at["pid"], "tid": at["tid"], "ts": at["ts"]}
                flows.append(flow | {"cat": "ac2g", "name": "ac2g"} | ({"bp": "e"} if ph == "f" else {}))
        device = {"id": 0, "name": NAME, "numSms": SMS, "totalGlobalMem": 80 * 2**30}
        names = [
            {"name": "process_labels", "ph": "M", "ts": 0, "pid": pid, "tid": 0, "args": {"labels": label}}
            for pid, label in ((1, "CPU"), (0, "GPU 0"))
        ]
        return {"schemaVersion": 1, "deviceProperties": [device], "traceEvents": names + self.events + flows}


# ---- the course's CNN ----------------------------------------------------------------------------


def _elementwise(what: str, numbers: float, tensors: int, each: float) -> Kernel:
    """Reads and writes so many tensors of ``numbers`` numbers, ``each`` bytes a number."""
    name = f"vectorized_elementwise_kernel<4, {what}>"
    return Kernel(name, numbers, tensors * numbers * each, max(1, ceil(numbers / 1024)))


def _product(what: str, m: int, n: int, k: int, half: bool, moved: float = 0.0) -> Kernel:
    """(m, k) times (k, n) in tiles of 128 by 128, long sums cut into pieces; ``moved``: numbers, if fewer than that."""
    each = 2 if half else 4
    blocks = ceil(m / 128) * ceil(n / 128) * min(32, ceil(k / 1024))
    name = f"{what}_{'bf16_tensorop_128x128' if half else 'sgemm_128x128'}"
    return Kernel(name, 2 * m * n * k, each * (moved or m * k + k * n + m * n), blocks, half)


def cnn_step(width: int = 1, batch: int = 32, half: bool = False) -> list[tuple[str, float, list[Kernel]]]:
    """A training step of ``utils.cnn``'s network, ``width`` times as wide: operator, its µs on the CPU, its kernels.

    ``half``: products in bf16 with casts before them, the rest as it is, as autocast does.
    """
    a, b, e = 32 * width, 64 * width, 2 if half else 4
    pixels = {"in": 784, "c1": 676 * a, "p1": 169 * a, "c2": 121 * b, "p2": 25 * b}
    n = {name: batch * size for name, size in pixels.items()}
    parameters = 9 * a + a + 9 * a * b + b + 250 * b + 10

    def cast(what: str, numbers: float) -> list[tuple]:
        return [("aten::to", FORWARD, [_elementwise(f"cast {what}", numbers, 1.5, 4)])] if half else []

    def conv(what: str, k: str, i: str, o: str, channels: int, places: int, sums: int) -> Kernel:
        moved = n[i] + n[o] + channels * sums
        sizes = {
            "fprop": (batch * places, channels, sums),
            "dgrad": (batch * places, sums, channels),
            "wgrad": (channels, sums, batch * places),
        }
        return _product(f"conv{k}_{what}", *sizes[what], half, moved)

    one, two = ("1", "in", "c1", a, 676, 9), ("2", "p1", "c2", b, 121, 9 * a)
    steps = [*cast("images", n["in"]), *cast("conv 1", 9 * a)]
    steps += [("aten::conv2d", FORWARD, [conv("fprop", *one), _elementwise("add", n["c1"], 2, e)])]
    steps += [("aten::relu", FORWARD, [_elementwise("relu", n["c1"], 2, e)])]
    steps += [("aten::max_pool2d", FORWARD, [_elementwise("max_pool", n["c1"], 1.75, e)])]
    steps += cast("conv 2", 9 * a * b)
    steps += [("aten::conv2d", FORWARD, [conv("fprop", *two), _elementwise("add", n["c2"], 2, e)])]
    steps += [("aten::relu", FORWARD, [_elementwise("relu", n["c2"], 2, e)])]
    steps += [("aten::max_pool2d", FORWARD, [_elementwise("max_pool", n["c2"], 1.6, e)])]
    steps += [("aten::linear", FORWARD, [_product("gemm_tn", batch, 10, 25 * b, half)])]
    steps += [("aten::log_softmax", FORWARD, [_elementwise("log_softmax", 10 * batch, 2, 4)])]
    steps += [("aten::nll_loss", FORWARD, [_elementwise("nll_loss", batch, 2, 4)])]
    steps += [("NllLossBackward0", BACKWARD, [_elementwise("nll_loss_backward", 10 * batch, 1, 4)])]
    steps += [("LogSoftmaxBackward0", BACKWARD, [_elementwise("log_softmax_backward", 10 * batch, 3, 4)])]
    linear = [_product("gemm_nn", batch, 25 * b, 10, half), _product("gemm_nt", 10, 25 * b, batch, half)]
    steps += [("AddmmBackward0", 2 * BACKWARD, [*linear, _elementwise("sum", 10 * batch, 1, e)])]
    for layer, out in ((two, "c2"), (one, "c1")):
        steps += [("MaxPool2DBackward0", BACKWARD, [_elementwise("max_pool_backward", n[out], 1.75, e)])]
        steps += [("ReluBackward0", BACKWARD, [_elementwise("threshold_backward", n[out], 3, e)])]
        sums = [conv("wgrad", *layer), _elementwise("sum", n[out], 1, e)]
        sums = [conv("dgrad", *layer), *sums] if layer is two else sums  # images need no gradient
        steps += [("ConvolutionBackward0", 2 * BACKWARD, sums)]
    return [*steps, ("Optimizer.step#Adam", OTHER, [_elementwise("fused_adam", parameters, 7, 4)])]


def mlp_of_elementwise(batch: int = 4096, half: bool = False, layers: int = 24) -> list[tuple]:
    """Scale, shift and tanh, layer upon layer, forward and backward: no product anywhere, so nothing is cast."""
    kernel, back = _elementwise("tanh", 2048 * batch, 2, 4), _elementwise("tanh_backward", 2048 * batch, 3, 4)
    forward = [("aten::tanh", FORWARD, [kernel])] * layers
    return [*forward, *[("TanhBackward0", BACKWARD, [back])] * layers]


# ---- the traces ----------------------------------------------------------------------------------

SIZES = {"narrow": 1, "wide": 16}
TRACES = (
    *(f"{size}_{batch}_{how}" for size in SIZES for batch in (32, 4096) for how in ("eager", "graph")),
    "narrow_32_item",  # eager, with one .item() after the loss: a hidden synchronization
    "copies_waiting",  # batches of 4096 from pageable memory, on the stream that computes
    "copies_beside",  # the same from pinned memory, on a second stream, one batch ahead
    "wide_4096_amp",  # products in bf16
    "elementwise_4096_eager",
    "elementwise_4096_amp",
    "pieces",  # 384 rows through eight layers, as a graph, in three pieces one after the other
    "whole",  # the same at once
    "copies_pageable",  # as copies_beside, but from pageable memory
    "copies_pinned",  # as copies_waiting, but from pinned memory: what pinning gains by itself
)
COPIES = {  # beside the step before, on a second stream; from pinned memory
    "copies_waiting": (False, False),
    "copies_pinned": (False, True),
    "copies_pageable": (True, False),
    "copies_beside": (True, True),
}


def trace(name: str, steps: int = 3, seed: int = 0) -> dict:
    """One of ``TRACES``, hand-made: ``steps`` training steps, and a cudaDeviceSynchronize at the end.

    Other seeds jitter otherwise; KeyError for an unknown name.
    """
    if name not in TRACES:
        raise KeyError(f"{name!r} is none of the traces: {', '.join(TRACES)}")
    maker = Maker([seed, TRACES.index(name)])
    maker.spend(OTHER)
    if name in ("pieces", "whole"):
        _pieces(maker, steps, 3 if name == "pieces" else 1)
    elif name.startswith("copies"):
        beside, pinned = COPIES[name]
        _copies(maker, steps, beside, pinned)
    else:
        size, batch, how = name.split("_")
        half = how == "amp"
        plain = size == "elementwise"
        work = mlp_of_elementwise(int(batch), half) if plain else cnn_step(SIZES[size], int(batch), half)
        for number in range(steps):
            with maker.span(f"step {number}", "user_annotation"):
                _step(maker, work, how)
    maker.sync()
    return maker.trace()


def _step(maker: Maker, work: list[tuple], how: str) -> None:
    if how == "graph":
        maker.spend(OTHER)
        maker.graph([kernel for _, _, kernels in work for kernel in kernels])
        return
    for name, us, kernels in work:
        maker.op(name, us, *kernels)
        if how == "item" and name == "aten::nll_loss":
            with maker.span("aten::item"):
                maker.spend(FORWARD)
                maker.copy(4, to_device=False, pinned=True)
                maker.sync(DEFAULT)


def _copies(maker: Maker, steps: int, beside: bool, pinned: bool) -> None:
    """Training steps, each on a batch of 4096 images that is copied for it, or beside the step before it."""
    size = 4 * 784 * 4096
    stream = SECOND if beside else DEFAULT
    work = cnn_step(1, 4096)

    def bring() -> float:
        with maker.span("aten::to"):
            maker.spend(FORWARD)
            maker.copy(size, to_device=True, pinned=pinned, stream=stream)
        return maker.free[stream]

    ready = bring() if beside else 0.0
    for number in range(steps):
        with maker.span(f"step {number}", "user_annotation"):
            if not beside:
                ready = bring()
            maker.free[DEFAULT] = max(maker.free.get(DEFAULT, 0.0), ready)  # cudaStreamWaitEvent
            if beside:
                maker._call("cudaStreamWaitEvent", LAUNCH)
                ready = bring() if number + 1 < steps else 0.0
            _step(maker, work, "eager")


def _pieces(maker: Maker, steps: int, pieces: int) -> None:
    kernels = [_product("gemm_tn", 384 // pieces, 1024, 1024, half=False) for _ in range(8 * pieces)]
    for number in range(steps):
        with maker.span(f"step {number}", "user_annotation"):
            maker.spend(OTHER)
            maker.graph(kernels)


# ---- memory --------------------------------------------------------------------------------------


def snapshot(batch: int = 4096, width: int = 1, steps: int = 3) -> dict:
    """Steps of the CNN with Adam, in the form of ``torch.cuda.memory._snapshot()``: what was asked for, and freed.

    ``device_traces[0]`` is a list of ``{"action", "addr", "size", "stream", "time_us", "frames"}`` in order of time;
    actions are "alloc", "free_requested" and "free_completed" ("segment_alloc", "segment_free" and others in
    recordings). Sizes are multiples of 512 bytes, as the caching allocator rounds them; here no address is used twice,
    in recordings most are. ``segments`` is empty. Form: torch/cuda/memory.py of torch 2.13.
    """
    a, b = 32 * width, 64 * width
    parameters = [9 * a, a, 9 * a * b, b, 250 * b, 10]
    # Kept for backward, in order: images, conv 1, its ReLU, pool, …, logits, their log-softmax.
    forward = [784, 676 * a, 676 * a, 169 * a, 121 * b, 121 * b, 25 * b, 10, 10]
    history, live, place = [], {}, 2**40

    def act(action: str, name: str, numbers: int = 0) -> None:
        nonlocal place
        if action == "alloc":
            live[name] = place, -(-4 * numbers // 512) * 512
            place += live[name][1]
        addr, size = live.pop(name) if action == "free" else live[name]
        for one in ("free_requested", "free_completed") if action == "free" else ("alloc",):
            entry = {"action": one, "addr": addr, "size": size, "stream": 0}
            history.append(entry | {"time_us": 10 * len(history), "frames": []})

    for i, numbers in enumerate(parameters):
        act("alloc", f"parameter {i}", numbers)
    for step in range(steps):
        for i, numbers in enumerate(forward):
            act("alloc", f"activation {i}", numbers * batch)
        for i in reversed(range(1, len(forward))):  # images need no gradient
            act("alloc", f"backward {i}", forward[i] * batch)
            if i + 1 < len(forward):
                act("free", f"backward {i + 1}")  # what this one was made of
            act("free", f"activation {i}")
        act("free", "backward 1")
        act("free", "activation 0")
        for i, numbers in enumerate(parameters):
            act("alloc", f"gradient {i}", numbers)
        for i, numbers in enumerate(2 * parameters if step == 0 else []):
            act("alloc", f"moment {i}", numbers)
        for i in range(len(parameters)):
            act("free", f"gradient {i}")  # zero_grad
    return {"segments": [], "device_traces": [history]}
