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


def test_tensorflow_dataset_keeps_labels_with_images():
    run("""
import os; os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
from utils.tf_data import dataset
x = np.repeat(np.arange(100, dtype=np.uint8), 784).reshape(100, 28, 28)
batches = dataset(x, np.arange(100, dtype=np.uint8), batch_size=32, shuffle_seed=1)
epochs = []
for _ in range(2):
    seen = []
    for images, labels in batches:
        assert images.shape[1:] == (28, 28, 1) and str(images.dtype) == "<dtype: 'float32'>"
        assert np.allclose(images.numpy()[:, 0, 0, 0] * 255, labels.numpy())
        seen += labels.numpy().tolist()
    assert sorted(seen) == list(range(100)) != seen
    epochs.append(seen)
assert epochs[0] != epochs[1]
plain = [label for _, labels in dataset(x, np.arange(100, dtype=np.uint8)) for label in labels.numpy()]
assert plain == list(range(100))
""")


def test_keras_trains_on_it():
    run("""
import os; os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
from utils.data import load_mnist
from utils.tf_data import dataset
data = load_mnist()
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10)])
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
history = model.fit(dataset(data.x_train[:6400], data.y_train[:6400], shuffle_seed=0), verbose=0, epochs=2)
assert history.history["accuracy"][-1] > 0.7
""")


def test_utils_load_no_framework_by_themselves():
    run("""
import sys
import utils.answers, utils.checks, utils.claims, utils.data, utils.machine, utils.machine, utils.models
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
