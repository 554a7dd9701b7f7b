"""The time of each node, from ONNX Runtime's own profiler, for several models that run by turns."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import onnxruntime as ort

from utils.onnx_tools import open_session

RUNS, WARMUP = 61, 5
LAYERS = ("conv 1", "pool 1", "conv 2", "pool 2", "dense", "rest")  # of the course's CNNs


def profile_by_turns(
    models: Mapping[str, Path],
    x: np.ndarray,
    threads: int = 1,
    runs: int = RUNS,
    opened: Callable[..., ort.InferenceSession] = open_session,
) -> dict[str, dict[str, np.ndarray]]:
    """``{model: {"operation node": (runs,) microseconds}}``, each round in random order, warm-up left out.

    Within a round the models share one moment, so that ratios of their nodes can be taken pair by pair.
    ``opened`` opens a session as ``open_session`` does.
    """
    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        sessions = {
            name: opened(model, threads, enable_profiling=True, profile_file_prefix=f"{folder}/{k}")
            for k, (name, model) in enumerate(models.items())
        }
        for _ in range(WARMUP + runs):
            for name in rng.permutation(list(sessions)):
                sessions[name].run(None, {"x": x})
        return {name: _node_times(session.end_profiling()) for name, session in sessions.items()}


def _node_times(trace: str) -> dict[str, np.ndarray]:
    times: dict[str, list[float]] = {}
    for event in json.loads(Path(trace).read_text()):
        if event["cat"] == "Node" and event["name"].endswith("_kernel_time"):
            node = f"{event['args']['op_name']} {event['name'].removesuffix('_kernel_time')}"
            times.setdefault(node, []).append(event["dur"])
    return {node: np.array(durations[WARMUP:]) for node, durations in times.items()}


def by_layer(nodes: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The same times, one row a layer of the course's CNNs; conversions and layouts are the rest."""
    layers = {layer: 0.0 for layer in LAYERS}
    seen = {"conv": 0, "pool": 0}
    for node, times in nodes.items():
        operation = node.split()[0]
        layer = "dense" if operation.endswith("Gemm") else "rest"
        for word in seen:
            if operation.lower().endswith(word):
                seen[word] += 1
                layer = f"{word} {seen[word]}"
        layers[layer] = layers[layer] + times
    return layers
