"""Two steps that chapters on ONNX share: write a PyTorch network to a file, and open a file to run it."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import warnings
from pathlib import Path

import onnxruntime as ort


def export_onnx(model, example, path: Path | str) -> Path:
    """Write a torch module to an ONNX file, weights inside; input ``x (b, …)``, output ``y``, any b ≤ 4,096.

    ``example (2, …)`` is an input of the shape that the network takes. Takes two seconds, and says nothing:
    the exporter's own progress is kept from the notebook.
    """
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


def open_session(model: Path | str | bytes, threads: int = 1, **options) -> ort.InferenceSession:
    """ONNX Runtime's session of a file or of its bytes, on the CPU, with so many threads.

    Its threads sleep while they wait: spinning ones would take the cores of a session beside it. ``options``
    are set on the ``SessionOptions``, such as ``enable_profiling=True``.
    """
    settings = ort.SessionOptions()
    settings.intra_op_num_threads = threads
    settings.add_session_config_entry("session.intra_op.allow_spinning", "0")
    settings.log_severity_level = 3  # errors alone
    for name, value in options.items():
        setattr(settings, name, value)
    source = model if isinstance(model, bytes) else os.fspath(model)
    return ort.InferenceSession(source, settings, providers=["CPUExecutionProvider"])
