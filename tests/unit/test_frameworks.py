"""MNIST as each framework wants it. One framework a process: each in one of its own."""

import subprocess
import sys


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_torch_tensors():
    run("""
import numpy as np, torch
from utils.data import tensors
x = np.arange(2 * 28 * 28, dtype=np.uint8).reshape(2, 28, 28)
images, labels = tensors(x, np.array([3, 7], np.uint8))
assert images.shape == (2, 1, 28, 28) and images.dtype == torch.float32 and images.max() == 1
assert labels.dtype == torch.int64 and labels.tolist() == [3, 7]
torch.nn.functional.cross_entropy(torch.zeros(2, 10), labels)
""")


def test_utils_load_no_framework_by_themselves():
    run("""
import sys
import utils.answers, utils.checks, utils.claims, utils.data, utils.machine, utils.models
import utils.plots, utils.progress, utils.timing, utils.ch00.widgets
assert not {"torch", "tensorflow", "keras"} & set(sys.modules)
""")


def test_utils_is_ours():
    from tools.notebook_files import ROOT

    assert str(ROOT) in run("import os; os.chdir('/'); import utils; print(utils.__file__)")


def test_tensorflow_comes_quietly_and_errors_are_kept():
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            """
import os, sys
from utils.processes import import_tensorflow, without_stderr
import_tensorflow()
import keras
keras.ops.matmul(keras.ops.ones((2, 2)), keras.ops.ones((2, 2)))
keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])(keras.ops.ones((1, 4)))
print("after", file=sys.stderr)
try:
    with without_stderr():
        os.write(2, b"why it failed\\n")
        raise OSError("failed")
except OSError:
    print("and raised", file=sys.stderr)
""",
        ],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stderr.splitlines() == ["after", "why it failed", "and raised"]
