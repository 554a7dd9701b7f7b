"""How chapter 12 measures speed, and its recording: one processor as it is, and with VNNI hidden from all libraries.

``python -m utils.ch12.speeds`` records anew, in four minutes, where :mod:`utils.ch12.without_vnni` works. Times
are facts of a machine and a date, which the file names: no other machine can make the same ones.
"""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort

from utils.ch12.without_vnni import environment
from utils.machine import machine
from utils.onnx_tools import open_session, profile_by_turns
from utils.processes import run_module
from utils.timing import Ratio, call_ratios, median_interval, time_once

FILE = Path(__file__).with_suffix(".json")
HIDDEN = ("nothing", "VNNI")  # with each of them hidden it is measured
CHANNELS = (1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 32, 64, 128)
PACKAGES = ("onnxruntime", "ai-edge-litert", "torch", "torchao")


def load_speeds() -> dict:
    """``{"machine", "date", "versions", "hidden": {what was hidden: what was measured}}``; see :func:`measured`."""
    return json.loads(FILE.read_text())


def runner(model: Path | bytes, x: np.ndarray, threads: int = 1, opened: Callable = open_session):
    """A call of one session with this input, for the stopwatch."""
    session = opened(model, threads)
    return lambda: session.run(None, {"x": x})


def thread_clock() -> Callable[[], float]:
    """Seconds that the calling thread has computed: what other programs take meanwhile isn't in them.

    Right for a session of one thread, which computes in the thread that calls it. Where that clock is coarse, as on
    Windows, the clock on the wall.
    """
    fine = time.get_clock_info("thread_time").resolution < 1e-5
    return time.thread_time if fine else time.perf_counter


def gain(after: Callable, before: Callable, pairs: int = 61, clock: Callable | None = None) -> Ratio:
    """Time of a call of ``before`` over one of ``after``: pairs in random order, as :func:`utils.timing.compare`.

    Both compute in the thread that calls them, and its clock is read (or ``clock``). A sample takes 12 ms.
    """
    ratios = call_ratios(after, before, pairs, clock=clock or thread_clock())
    return Ratio(float(np.median(ratios)), *median_interval(ratios), ratios)


def accuracy_of(model: Path | bytes, x: np.ndarray, y: np.ndarray) -> float:
    """In %, 500 images at a time."""
    session = open_session(model)
    logits = [session.run(None, {"x": part})[0] for part in np.split(x, len(x) // 500)]
    return 100 * float(np.mean(np.concatenate(logits).argmax(axis=1) == y))


def saved(file: Path, x: np.ndarray, y: np.ndarray, **pairs) -> dict[str, float]:
    """What a network takes in int8, relative to fp32: bytes, time at batch 64, test images that it gets wrong."""
    from utils.ch12.design import Batches, quantized
    from utils.data import load_mnist, to_float

    int8 = quantized(file.read_bytes(), Batches(to_float(load_mnist().x_train[:200])[:, None]))
    faster = gain(*(runner(model, x[:64]) for model in (int8, file)), **pairs)
    wrong = [100 - accuracy_of(model, x, y) for model in (int8, file)]
    return {
        "bytes of the file": len(int8) / file.stat().st_size,
        "time, batch 64, one thread": 1 / faster.median,
        "test images wrong": wrong[0] / wrong[1],
    }


def by_sessions(file: Path | bytes, x: np.ndarray, rounds: int = 61) -> tuple[Ratio, Ratio]:
    """(one session of two threads over two sessions of one thread; is a second core free?), eight batches each.

    The second ratio is what two sessions take beside each other over one of them alone, with half the batches:
    1 where each has a core of its own, about 2 where they, or another program, share one. All are timed by turns.
    """
    one, other, two = runner(file, x), runner(file, x), runner(file, x, threads=2)
    with ThreadPoolExecutor(2) as pool:

        def sessions(*calls):
            list(pool.map(lambda call: [call() for _ in range(4)], calls))

        ways = (lambda: sessions(one), lambda: sessions(one, other), lambda: [two() for _ in range(8)])
        rng, times = np.random.default_rng(0), np.empty((rounds + 3, 3))
        for row in times:
            for k in rng.permutation(3):
                row[k] = time_once(ways[k])
    alone, beside, threads = times[3:].T  # the first three warm up
    found = threads / beside, beside / alone
    faster, free = (Ratio(float(np.median(r)), *median_interval(r), r) for r in found)
    return faster, free


class OwnInput:
    """A session that runs on an input of its own, whatever it is given: networks of different inputs, by turns."""

    def __init__(self, session, x: np.ndarray):
        self.session, self.x = session, x
        self.end_profiling = session.end_profiling

    def run(self, names, _):
        return self.session.run(names, {"x": self.x})


def conv_times(channels: Sequence[int], runs: int = 61) -> dict[str, np.ndarray]:
    """{"fp32", "int8": (channels, runs) ns an output} of a 3 × 3 convolution to 64 channels, 8 images.

    All of them run by turns, so that any two can be compared run by run. (With more images the longest node
    would take some 3 ms, for which Linux lets a program run, and a load would hit it alone.)
    """
    from utils.ch12.design import Batches, quantized
    from utils.ch12.one_conv import save_conv

    def opened(model, threads, **options):
        session = open_session(model, threads, **options)
        return OwnInput(session, x[:8, : session.get_inputs()[0].shape[1]].copy())

    x = np.random.default_rng(0).random((50, max(channels), 13, 13), dtype=np.float32)
    models, found = {}, {"fp32": [], "int8": []}
    with tempfile.TemporaryDirectory() as folder:
        for c in channels:
            models[f"fp32 {c}"] = save_conv(f"{folder}/fp32_{c}.onnx", c, 64)
            int8 = quantized(models[f"fp32 {c}"].read_bytes(), Batches(x[:, :c].copy()))
            models[f"int8 {c}"] = Path(folder, f"int8_{c}.onnx")
            models[f"int8 {c}"].write_bytes(int8)
        profiles = profile_by_turns(models, x, runs=runs, opened=opened)
    for kind, c in ((kind, c) for kind in found for c in channels):
        [conv] = [times for node, times in profiles[f"{kind} {c}"].items() if "Conv" in node.split()[0]]
        found[kind].append(1e3 * conv / (8 * 64 * 11 * 11))  # images, channels, rows, columns
    return {kind: np.array(times) for kind, times in found.items()}


def first_layer(model: Path | bytes) -> list[str]:
    """The nodes of a CNN's first convolution, with its ReLU and pool."""
    graph = (onnx.load_from_string(model) if isinstance(model, bytes) else onnx.load(model)).graph
    nodes = {node.op_type: node.name for node in reversed(graph.node)}  # the first of each
    return [nodes[op] for op in ("Conv", "Relu", "MaxPool")]


def measured() -> dict:
    """What this process sees: gains by network and batch, remedies, convolutions, sessions, other runtimes, labels."""
    from utils.ch12.design import Batches, quantized
    from utils.ch12.models import NAMES, onnx_file
    from utils.data import load_mnist, to_float

    data = load_mnist()
    few, x_test = to_float(data.x_train[:200])[:, None], to_float(data.x_test)[:, None]
    ratios, files = {}, {name: onnx_file(name).read_bytes() for name in NAMES}
    int8 = {name: quantized(file, Batches(few)) for name, file in files.items()}
    for name in NAMES:
        for b in (1, 64):
            calls = (runner(f[name], x_test[:b]) for f in (int8, files))
            ratios[f"{name}, batch {b}"] = gain(*calls)
    small, b64 = files["cnn_32_64"], x_test[:64]
    mixed = quantized(small, Batches(few), nodes_to_exclude=first_layer(small))
    in_fp32, in_int8, moved = (runner(f, b64) for f in (small, int8["cnn_32_64"], mixed))
    kept = runner(mixed, b64, opened=open_pinned)
    ratios["first layer fp32"], ratios["rounding kept"] = gain(moved, in_fp32), gain(kept, in_fp32)
    ratios["rounding kept, over int8"] = gain(kept, in_int8)
    found = {name: [r.median, r.low, r.high] for name, r in ratios.items()}
    times = conv_times(CHANNELS)
    found["channels"] = [
        [c, float(np.median(f)), float(np.median(i)), float(np.median(f / i))]
        for c, f, i in zip(CHANNELS, times["fp32"], times["int8"], strict=True)
    ]
    fp32 = files["mlp_1024"]
    for bits, model in ((8, int8["mlp_1024"]), (7, quantized(fp32, Batches(few), reduce_range=True))):
        session = open_session(model)
        [logits] = session.run(None, {"x": x_test[:500]})
        right = accuracy_of(model, x_test, data.y_test)
        found[f"{bits} bits"] = {"right": right, "logits": logits.round(4).tolist()}
    found["litert"] = run_module("utils.ch12.litert")
    found["pt2e"] = run_module("utils.ch12.pt2e", "cnn_32_64")
    return found


def open_pinned(model: Path | bytes, threads: int = 1, **options) -> ort.InferenceSession:
    """open_session, but rounding stays where the file has it."""
    return open_session(model, threads, without=["QDQPropagationTransformer"], **options)


def measured_without(hidden: str) -> dict:
    """What :func:`measured` finds in a process of its own, from which ``hidden`` is hidden."""
    command = [sys.executable, "-m", "utils.ch12.speeds", "--once"]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(command, env=environment(folder, hidden), capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return json.loads(done.stdout.strip().splitlines()[-1])


def write(kinds: dict[str, dict]) -> None:
    """The recording, of what was measured without each of HIDDEN."""
    exact = {bits: np.array(kinds["nothing"][bits]["logits"]) for bits in ("8 bits", "7 bits")}
    for one in kinds.values():
        for bits, right in exact.items():  # how far the logits are off, in the mean
            one[bits]["off"] = float(np.abs(np.array(one[bits].pop("logits")) - right).mean())
    found = {"machine": str(machine()), "date": str(datetime.date.today())}
    found |= {"versions": {name: version(name) for name in PACKAGES}, "hidden": kinds}
    FILE.write_text(json.dumps(rounded(found), indent=1) + "\n")


def rounded(value):
    """The same, its fractions with four digits."""
    if isinstance(value, dict):
        return {name: rounded(it) for name, it in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(it) for it in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


if __name__ == "__main__":
    if "--once" in sys.argv:
        print(json.dumps(measured()))
    else:
        write({hidden: measured_without(hidden) for hidden in HIDDEN})
