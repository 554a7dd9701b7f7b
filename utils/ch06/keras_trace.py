"""Lesson of chapter 06, in a process of its own: a Keras CNN's training steps under TensorFlow's profiler."""

from __future__ import annotations

import json
import os
import tempfile
from collections import defaultdict
from pathlib import Path

from utils.data import load_mnist
from utils.processes import import_tensorflow, without_stderr
from utils.timing import time_repeats


def main(num_steps: int = 5) -> dict:
    """Milliseconds of a compiled and an eager step, and the ops that took longest in the compiled one."""
    os.environ["TF_NUM_INTRAOP_THREADS"] = "1"
    import_tensorflow()
    import keras
    import tensorflow as tf
    from tensorflow.tsl.profiler.protobuf import xplane_pb2

    data = load_mnist()
    x, y = data.x_train[:64, ..., None] / 255.0, data.y_train[:64]
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    def step_seconds(eager: bool) -> float:
        model.compile("sgd", loss, run_eagerly=eager)
        return float(sorted(time_repeats(lambda: model.train_on_batch(x, y), 11))[5])

    eager, compiled = step_seconds(True), step_seconds(False)
    with tempfile.TemporaryDirectory() as folder, without_stderr():
        tf.profiler.experimental.start(folder)
        for _ in range(num_steps):
            model.train_on_batch(x, y)
        tf.profiler.experimental.stop()
        space = xplane_pb2.XSpace()
        space.ParseFromString(next(Path(folder).rglob("*.xplane.pb")).read_bytes())
    times: dict[str, float] = defaultdict(float)
    for plane in space.planes:
        for line in plane.lines:
            for event in line.events:
                stats = {plane.stat_metadata[s.metadata_id].name for s in event.stats}
                name = plane.event_metadata[event.metadata_id].name
                if "tf_op" in stats or (name.count(":") == 1 and not name.startswith("$")):
                    times[name.split(":")[-1].strip()] += event.duration_ps / 1e9 / num_steps
    ops = [name for name in times if not name.startswith("__inference")]  # that is all of the graph
    longest = sorted(ops, key=times.get, reverse=True)[:9]
    return {"compiled": 1e3 * compiled, "eager": 1e3 * eager, "ops": {n: times[n] for n in longest}}


if __name__ == "__main__":
    print(json.dumps(main()))
