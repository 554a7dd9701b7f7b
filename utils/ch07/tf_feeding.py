"""Chapter 07's ``tf.data`` pipelines, in a process of their own: ``python -m utils.ch07.tf_feeding FOLDER``."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from utils.data import load_mnist
from utils.processes import import_tensorflow

SECONDS, BATCHES, EPOCHS = 0.01, 6, 2
NUM_IMAGES = 5_000


def pipelines(read) -> dict:
    """Four ways to write the same six batches; ``read`` takes SECONDS a batch."""
    import tensorflow as tf

    numbers = tf.data.Dataset.range(BATCHES)
    one_by_one = tf.data.Options()
    one_by_one.autotune.enabled = False
    plain = numbers.map(read).with_options(one_by_one)
    return {
        "map": plain,
        "map, prefetch": plain.prefetch(1),
        "map two at a time, prefetch": numbers.map(read, num_parallel_calls=2).prefetch(1),
        "map, cache": plain.cache(),
    }


def timeline(dataset, events: list) -> list[tuple[str, float, float]]:
    """What happened when, in seconds from the start: EPOCHS epochs, each step asleep for SECONDS."""
    events.clear()
    start = time.perf_counter()
    for _ in range(EPOCHS):
        for _batch in dataset:
            began = time.perf_counter()
            time.sleep(SECONDS)  # a step, on a device that isn't this processor
            events.append(("step", began, time.perf_counter()))
    return [(kind, began - start, ended - start) for kind, began, ended in events]


def timelines() -> dict[str, list]:
    """Of each pipeline, after one run that isn't counted: it builds what TensorFlow builds once."""
    import tensorflow as tf

    events: list[tuple[str, float, float]] = []

    def wait(i):
        began = time.perf_counter()
        time.sleep(SECONDS)
        events.append(("read", began, time.perf_counter()))
        return i

    def read(i):
        return tf.py_function(wait, [i], tf.int64)

    for dataset in pipelines(read).values():
        timeline(dataset, events)
    return {name: timeline(dataset, events) for name, dataset in pipelines(read).items()}


def tfrecords(folder: Path) -> dict[str, list[float]]:
    """Bytes, and images a second when read, of TFRecords of raw images, plain and with gzip."""
    import tensorflow as tf

    found = {}
    images = load_mnist().x_val[:NUM_IMAGES]
    for name, compression in (("TFRecord", ""), ("TFRecord, gzip", "GZIP")):
        path = folder / f"{name}.tfrecord"
        with tf.io.TFRecordWriter(str(path), compression) as writer:
            for image in images:
                writer.write(image.tobytes())
        times = []
        for _ in range(4):  # the first one counts for nothing
            start = time.perf_counter()
            records = tf.data.TFRecordDataset(str(path), compression).batch(500)
            read = sum(len(tf.io.decode_raw(some, tf.uint8)) for some in records)
            times.append(time.perf_counter() - start)
        found[name] = [path.stat().st_size, read / min(times[1:])]
    return found


if __name__ == "__main__":
    import_tensorflow()
    print(json.dumps({"timelines": timelines(), "tfrecords": tfrecords(Path(sys.argv[1]))}))
