"""Lesson of chapter 10: two layers with n channels between them, timed over n; which kernel ONNX Runtime takes."""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Hashable, Iterable
from copy import deepcopy
from functools import partial
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import nn

from utils.ch10.networks import FIRST, SECOND, load_network, remove
from utils.claims import Condition, cpu_has
from utils.onnx_tools import export_onnx, open_session
from utils.processes import run_module
from utils.timing import median_interval, relative, time_once

try:
    import resource
except ImportError:  # Windows
    resource = None

OUTER, SIDE, BATCH = 64, 14, 4  # channels before and after, height and width of the maps, images


def x86() -> Condition:
    """For claims on kernels that were measured on x86."""
    return Condition("on an x86-64 processor", platform.machine() in ("x86_64", "AMD64"))


def avx512() -> Condition:
    """For claims on vectors of 16 numbers; not where these are hidden from PyTorch's libraries."""
    hidden = any(os.environ.get(f"{library}_MAX_CPU_ISA") for library in ("ONEDNN", "DNNL"))
    return Condition("where the CPU has AVX-512", cpu_has("AVX-512").holds and not hidden)


def by_turns(calls: dict[Hashable, Callable], rounds: int, seed: int = 0) -> dict[Hashable, np.ndarray]:
    """Seconds of each call in each round, (rounds,); within a round all take their turn, in random order."""
    rng = np.random.default_rng(seed)
    for call in calls.values():
        call(), call()
    seconds: dict[Hashable, list[float]] = {name: [] for name in calls}
    names = list(calls)
    for _ in range(rounds):
        for k in rng.permutation(len(names)):
            seconds[names[k]].append(time_once(calls[names[k]]))
    return {name: np.array(values) for name, values in seconds.items()}


def two_convolutions(n: int) -> bytes:
    """An ONNX file of 64 → n → 64 channels, 3×3, ReLU between; written by hand: an export would take a second."""
    rng = np.random.default_rng(n)
    nodes, weights = [], []
    for k, (source, target, i, o) in enumerate([("x", "a", OUTER, n), ("r", "y", n, OUTER)]):
        w = rng.normal(size=(o, i, 3, 3), scale=(9 * i) ** -0.5).astype(np.float32)
        weights += [numpy_helper.from_array(w, f"w{k}")]
        nodes += [helper.make_node("Conv", [source, f"w{k}"], [target], pads=[1] * 4, kernel_shape=[3, 3])]
    nodes.insert(1, helper.make_node("Relu", ["a"], ["r"]))
    shape = ["b", OUTER, SIDE, SIDE]
    ends = [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape) for name in "xy"]
    graph = helper.make_graph(nodes, "two", ends[:1], ends[1:], weights)
    opset = [helper.make_opsetid("", 21)]
    return helper.make_model(graph, opset_imports=opset, ir_version=10).SerializeToString()


def onnx_call(n: int) -> Callable:
    """ONNX Runtime's call of those two layers, on one thread."""
    session = open_session(two_convolutions(n))
    x = np.random.default_rng(0).normal(size=(BATCH, OUTER, SIDE, SIDE)).astype(np.float32)
    return lambda: session.run(None, {"x": x})


def eager_call(n: int, layout: torch.memory_format = torch.channels_last) -> Callable:
    """PyTorch's call of the same two layers."""
    layers = nn.Conv2d(OUTER, n, 3, padding=1), nn.ReLU(), nn.Conv2d(n, OUTER, 3, padding=1)
    model = nn.Sequential(*layers).eval().to(memory_format=layout)
    x = torch.randn(BATCH, OUTER, SIDE, SIDE).to(memory_format=layout)
    return torch.inference_mode()(partial(model, x))


def linear_call(n: int) -> Callable:
    """The control: two dense layers, 576 → n → 576, for as many rows as those convolutions have positions."""
    model = nn.Sequential(nn.Linear(9 * OUTER, n), nn.ReLU(), nn.Linear(n, 9 * OUTER)).eval()
    x = torch.randn(BATCH * SIDE * SIDE, 9 * OUTER)
    return torch.inference_mode()(partial(model, x))


def over_widths(make: Callable[[int], Callable], widths: Iterable[int], rounds: int) -> dict[int, tuple]:
    """n: (median time relative to the last width's, and its 99.9% interval), paired by round."""
    widths = list(widths)
    seconds = by_turns({n: make(n) for n in widths}, rounds)
    ratios = {n: seconds[n] / seconds[widths[-1]] for n in widths}
    return {n: (float(np.median(r)), *median_interval(r)) for n, r in ratios.items()}


def kernels(n: int) -> list[str]:
    """Which kernel ONNX Runtime chose for each of the two convolutions: "blocked" or "plain"."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "optimized.onnx"
        open_session(two_convolutions(n), optimized_model_filepath=str(path))
        nodes = onnx.load(path).graph.node
    domains = [node.domain for node in nodes if "Conv" in node.op_type]
    return ["blocked" if "nchwc" in domain else "plain" for domain in domains]


def times_as_fast(slow: Callable, fast: Callable, pairs: int = 15) -> float:
    """How many times as fast ``fast`` is."""
    return relative(fast, slow, pairs, 2 * pairs)


def eager(model: nn.Module, x: torch.Tensor) -> Callable:
    """PyTorch's call of a copy of the network on images (b, 1, 28, 28), both with channels last."""
    ours = deepcopy(model).eval().to(memory_format=torch.channels_last)
    return torch.inference_mode()(partial(ours, x.contiguous(memory_format=torch.channels_last)))


def measure(
    full: nn.Module, others: dict[str, nn.Module], x: torch.Tensor, pairs: int = 15
) -> dict[str, dict[str, float]]:
    """For each other network, relative to ``full``: bytes of its ONNX file; times at batch 1 and of all ``x``."""
    found: dict[str, dict[str, float]] = {name: {} for name in others}
    with tempfile.TemporaryDirectory() as folder:
        files = {
            name: export_onnx(model, x[:2], Path(folder) / f"{name}.onnx")
            for name, model in {"full": full, **others}.items()
        }
        sessions = {name: open_session(file) for name, file in files.items()}
        for name, model in others.items():
            found[name]["bytes"] = files[name].stat().st_size / files["full"].stat().st_size
            for batch in (len(x), 1):
                feed = {"x": x[:batch].numpy()}
                onnx_calls = [partial(sessions[n].run, None, feed) for n in ("full", name)]
                calls = {"ONNX Runtime": onnx_calls, "PyTorch": [eager(m, x[:batch]) for m in (full, model)]}
                for runtime, pair in calls.items():
                    found[name][f"{runtime}, batch {batch}"] = 1 / times_as_fast(*pair, pairs)
    return found


def counting_faults(call: Callable) -> tuple[Callable, list[int]]:
    """The call, and a list to which each run appends how many pages it took anew from the system.

    The list stays empty where Python can't tell (Windows).
    """
    found: list[int] = []
    if resource is None:
        return call, found

    def counted() -> None:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        call()
        found.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)

    return counted, found


def gain_and_faults(model: nn.Module, half: nn.Module, x: torch.Tensor, pairs: int) -> dict[str, float]:
    """How many times as fast ``half`` is, and the page faults that a call of each took meanwhile (its mean)."""
    (whole_call, whole), (half_call, halved) = (counting_faults(eager(m, x)) for m in (model, half))
    gain = times_as_fast(whole_call, half_call, pairs)
    means = [float(np.mean(found)) if found else float("nan") for found in (whole, halved)]
    return {"gain": gain, "whole": means[0], "half": means[1]}


def main() -> None:
    """What half the channels gain in a process that leaves the C library as it is: JSON on standard output."""
    torch.set_num_threads(1)
    model, x = load_network(), torch.rand(64, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    half = remove(model, torch.arange(FIRST // 2), torch.arange(SECOND // 2))
    print(json.dumps(gain_and_faults(model, half, x, 5 if "quick" in sys.argv else 15)))


def with_default_memory(quick: bool = False) -> dict[str, float]:
    """:func:`main` in a process of its own."""
    return run_module("utils.ch10.speed", *(["quick"] if quick else []))


if __name__ == "__main__":
    main()
