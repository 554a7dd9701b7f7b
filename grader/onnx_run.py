"""Run an ONNX file that a student's code made, on images, in a box of its own.

No line of the student's runs here, but the file is not to be trusted with the host either: it is parsed by
C++ that has had its holes, and it may name files. The box has neither labels nor network.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from grader.sandbox import boxed

SECONDS = 60
UNSAFE = "FASTFRUGAL_UNSAFE"  # set where --unsafe-no-sandbox was given
CODE = """
import sys, numpy as np, onnxruntime as ort
options = ort.SessionOptions()
options.intra_op_num_threads, options.log_severity_level = 1, 4
session = ort.InferenceSession("model.onnx", options, providers=["CPUExecutionProvider"])
x, name = np.load("x.npy"), session.get_inputs()[0].name
batches = [session.run(None, {name: x[i : i + 100]})[0] for i in range(0, len(x), 100)]
sys.stdout.buffer.write(np.concatenate(batches).argmax(axis=1).astype("int64").tobytes())
"""


class NotOnnx(ValueError):
    """The file is none that ONNX Runtime can run on these images; the message is for the student."""


def predicted(model: bytes, x: np.ndarray) -> np.ndarray:
    """The labels ``(n,)`` that the file gives the images ``x (n, …)``: where its first output is largest."""
    with tempfile.TemporaryDirectory(prefix="ff-", ignore_cleanup_errors=True) as folder:
        run = Path(folder) / "run"
        run.mkdir()
        os.chmod(folder, 0o755)
        (run / "model.onnx").write_bytes(model)
        np.save(run / "x.npy", x)
        command = [sys.executable, "-c", f"import os; os.chdir({str(run)!r}){CODE}"]
        if not os.environ.get(UNSAFE):
            command = boxed(command, run, run)
        try:
            with open(Path(folder) / "labels", "wb") as out:  # what comes back is bytes, of this file alone
                quiet = subprocess.DEVNULL
                subprocess.run(command, timeout=SECONDS, check=True, stdin=quiet, stdout=out, stderr=quiet)
            labels = (Path(folder) / "labels").read_bytes()
        except subprocess.TimeoutExpired:
            raise NotOnnx(f"ONNX Runtime took longer than {SECONDS} seconds for your file") from None
        except subprocess.CalledProcessError:
            raise NotOnnx("ONNX Runtime can't run your file on the images") from None
    if len(labels) != 8 * len(x):
        raise NotOnnx("your file doesn't give one row of logits for each image")
    return np.frombuffer(labels, np.int64)
