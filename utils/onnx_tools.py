"""What chapters on ONNX share: write a PyTorch network to a file, open a file to run it, time its nodes."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnxruntime as ort

RUNS, WARMUP = 61, 5
LAYERS = ("conv 1", "pool 1", "conv 2", "pool 2", "dense", "rest")  # of the course's CNNs


def export_onnx(model, example, path: Path | str) -> Path:
    """Write a torch module to an ONNX file, weights inside; input ``x (b, …)``, output ``y``, any b ≤ 4,096.

    ``example (2, …)`` is an input of the shape that the network takes. Takes two seconds, and says nothing:
    the exporter's own progress is kept from the notebook.
    """
    import onnxscript  # noqa: F401  the exporter's own language: its version counts in a digest
    import torch

    batch = torch.export.Dim("batch", min=1, max=4096)
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it misses torchvision, which nobody needs here
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore", FutureWarning)  # PyTorch's own use of what it will drop
        torch.onnx.export(
            model.eval(),
            (example,),
            os.fspath(path),
            dynamo=True,
            opset_version=21,
            input_names=["x"],
            output_names=["y"],
            dynamic_shapes=({0: batch},),
            external_data=False,  # else the weights land in a file beside it
            optimize=True,
        )
    return Path(path)


def open_session(
    model: Path | str | bytes, threads: int = 1, without: Sequence[str] = (), **options
) -> ort.InferenceSession:
    """ONNX Runtime's session of a file or of its bytes, on the CPU, with so many threads.

    Its threads sleep while they wait: spinning ones would take the cores of a session beside it. ``options``
    are set on the ``SessionOptions``, such as ``enable_profiling=True``; ``without`` names optimizers to switch off.
    """
    settings = ort.SessionOptions()
    settings.intra_op_num_threads = threads
    settings.add_session_config_entry("session.intra_op.allow_spinning", "0")
    settings.log_severity_level = 3  # errors alone
    for name, value in options.items():
        setattr(settings, name, value)
    source = model if isinstance(model, bytes) else os.fspath(model)
    where = {"providers": ["CPUExecutionProvider"], "disabled_optimizers": list(without)}
    return ort.InferenceSession(source, settings, **where)


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
        traces = {
            name: json.loads(Path(session.end_profiling()).read_text()) for name, session in sessions.items()
        }
    return {
        name: {f"{op} {node}": np.array(us[WARMUP:]) for node, (op, us) in node_times(trace).items()}
        for name, trace in traces.items()
    }


def node_times(trace: Sequence[dict]) -> dict[str, tuple[str, list[float]]]:
    """``{node: (its operation, microseconds of each run)}``, in the order of a trace that ONNX Runtime wrote."""
    nodes: dict[str, tuple[str, list[float]]] = {}
    for event in trace:
        if event["cat"] == "Node" and event["name"].endswith("_kernel_time"):
            name = event["name"].removesuffix("_kernel_time")
            nodes.setdefault(name, (event["args"]["op_name"], []))[1].append(event["dur"])
    return nodes


def by_layer(nodes: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The same times, one row a layer of the course's CNNs; conversions and layouts are the rest."""
    layers = dict.fromkeys(LAYERS, 0.0)
    seen = {"conv": 0, "pool": 0}
    for node, times in nodes.items():
        operation = node.split()[0]
        layer = "dense" if operation.endswith("Gemm") else "rest"
        for word in ("conv", "pool"):
            if operation.lower().endswith(word):
                seen[word] += 1
                layer = f"{word} {seen[word]}"
        layers[layer] = layers[layer] + times
    return layers
