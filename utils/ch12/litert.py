"""Chapter 12's look at Keras and LiteRT, where TensorFlow has to be loaded: ``python -m utils.ch12.litert``.

Prints one line of JSON: bytes of each file, its accuracy on test, milliseconds, and what int8 gains.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from pathlib import Path

import numpy as np

NUM_CALIBRATION, BATCH = 200, 64


def convert(folder: Path, x: np.ndarray) -> dict[str, Path]:
    """The Keras CNN four ways: saved as it is, with ``quantize("int8")``, and for LiteRT in fp32 and int8."""
    import tensorflow as tf

    from utils.cnn.in_keras import load_keras_cnn

    names = ("keras.keras", "keras_int8.keras", "litert.tflite", "litert_int8.tflite")
    files = {Path(name).stem: folder / name for name in names}
    model, rounded = load_keras_cnn(), load_keras_cnn()
    model.save(files["keras"])
    rounded.quantize("int8")
    rounded.save(files["keras_int8"])
    model.export(files["litert"], format="litert", verbose=False)
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([image[None]] for image in x[:NUM_CALIBRATION])
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    files["litert_int8"].write_bytes(converter.convert())
    return files


def interpreter(path: Path):
    """A LiteRT interpreter as a function of (64, 28, 28, 1), one thread."""
    from ai_edge_litert.interpreter import Interpreter

    it = Interpreter(str(path), num_threads=1)
    into, out = it.get_input_details()[0]["index"], it.get_output_details()[0]["index"]
    it.resize_tensor_input(into, [BATCH, 28, 28, 1])
    it.allocate_tensors()

    def run(x):
        it.set_tensor(into, x)
        it.invoke()
        return it.get_tensor(out)

    return run


def keras_function(path: Path):
    """A saved Keras model as a compiled function of (64, 28, 28, 1)."""
    import keras
    import tensorflow as tf

    model = keras.models.load_model(path)
    compiled = tf.function(lambda x: model(x, training=False))
    return lambda x: compiled(x).numpy()


def accuracy(run, x: np.ndarray, y: np.ndarray) -> float:
    """In %, of as many whole batches as there are."""
    whole = len(x) // BATCH * BATCH
    right = [
        (run(a).argmax(axis=1) == b).sum() for a, b in zip(_cut(x[:whole]), _cut(y[:whole]), strict=True)
    ]
    return 100 * float(sum(right)) / whole


def _cut(array: np.ndarray) -> list[np.ndarray]:
    return np.split(array, len(array) // BATCH)


def main() -> None:
    from utils.ch12.speeds import gain
    from utils.data import load_mnist, to_float
    from utils.processes import import_tensorflow
    from utils.timing import time_repeats

    os.environ["TF_NUM_INTRAOP_THREADS"] = "1"  # read when TensorFlow starts
    import_tensorflow()
    data = load_mnist()
    x_test = to_float(data.x_test)[..., None]  # (10000, 28, 28, 1)
    with tempfile.TemporaryDirectory() as folder:
        files = convert(Path(folder), to_float(data.x_train[:NUM_CALIBRATION])[..., None])
        found = {"bytes": {name: path.stat().st_size for name, path in files.items()}}
        runs = {
            name: (keras_function if name.startswith("keras") else interpreter)(path)
            for name, path in files.items()
        }
    found["accuracy"] = {name: accuracy(run, x_test, data.y_test) for name, run in runs.items()}
    x = x_test[:BATCH]
    for kind in ("keras", "litert"):
        in_int8, in_fp32 = runs[f"{kind}_int8"], runs[kind]
        clock = time.process_time if kind == "keras" else None  # TensorFlow computes in threads of its own
        ratio = gain(lambda f=in_int8: f(x), lambda f=in_fp32: f(x), clock=clock)
        found[f"{kind} gain"] = [ratio.median, ratio.low, ratio.high]
    found["ms"] = {name: 1e3 * float(np.median(time_repeats(lambda f=f: f(x)))) for name, f in runs.items()}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
