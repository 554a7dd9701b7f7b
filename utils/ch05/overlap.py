"""Chapter 05's timeline: a network, and a storage that lets it wait; and whether a core is free for the loader."""

from __future__ import annotations

import time
from collections.abc import Callable

import keras
import numpy as np
import psutil
import tensorflow as tf
from matplotlib.axes import Axes

from utils.claims import Condition
from utils.machine import usable_cores
from utils.plots import COLOURS
from utils.timing import Ratio, median_interval

STORAGE, NETWORK = "storage", "network"
Log = list[tuple[str, float, float]]  # who, from when, until when


def in_turn(dataset: tf.data.Dataset) -> tf.data.Dataset:
    """The dataset, without the prefetch that TensorFlow adds by itself: each batch is made when it is asked for."""
    options = tf.data.Options()
    options.experimental_optimization.inject_prefetch = False
    return dataset.with_options(options)


def waiting_loop(network: keras.Model, images: np.ndarray, wait: float) -> Callable[[int], Log]:
    """``run(ahead)``: train on images (n, h, w, 3), 32 at a time, each batch ``wait`` seconds after it is asked for.

    ``ahead`` batches are asked for before the network wants them (``prefetch``; 0: none). The labels are 0.
    """
    log: Log = []

    def batches():
        for i in range(0, len(images), 32):
            start = time.perf_counter()
            time.sleep(wait)
            log.append((STORAGE, start, time.perf_counter()))
            yield images[i : i + 32], np.zeros(32, np.float32)

    look = tf.TensorSpec((32, *images.shape[1:]), tf.uint8), tf.TensorSpec((32,), tf.float32)
    slow = tf.data.Dataset.from_generator(batches, output_signature=look)

    def run(ahead: int) -> Log:
        log.clear()
        for x, y in slow.prefetch(ahead) if ahead else in_turn(slow):
            start = time.perf_counter()
            network.train_on_batch(x, y)
            log.append((NETWORK, start, time.perf_counter()))
        return log.copy()

    return run


def step_time(network: keras.Model, images: np.ndarray) -> float:
    """Seconds of a training step on 32 images, the median of ten."""
    log = waiting_loop(network, np.concatenate([images[:32]] * 13), 0)(0)
    return float(np.median([end - start for who, start, end in log if who == NETWORK][3:]))


def hidden(log: Log) -> float:
    """Of the storage's time, the fraction during which the network was at work."""
    storage, network = ([span for who, *span in log if who == which] for which in (STORAGE, NETWORK))
    both = sum(max(0, min(b, d) - max(a, c)) for a, b in storage for c, d in network)
    return both / sum(end - start for start, end in storage)


def typical(run: Callable[[int], Log], ahead: int, of: int = 7) -> Log:
    """Of so many runs, the one whose length is the median."""
    logs = [run(ahead) for _ in range(of)]
    return sorted(logs, key=lambda log: max(end for *_, end in log) - log[0][1])[of // 2]


def draw_timeline(ax: Axes, log: Log, last: float) -> None:
    """A row for the storage and one for the network, in milliseconds up to ``last`` seconds."""
    begin = min(start for _, start, _ in log)
    for row, who in enumerate((NETWORK, STORAGE)):
        spans = [(1e3 * (start - begin), 1e3 * (end - start)) for w, start, end in log if w == who]
        ax.broken_barh(spans, (row - 0.35, 0.7), color=COLOURS[row], edgecolor="white")
    end = 1e3 * (max(end for _, _, end in log) - begin)
    ax.axvline(end, color="black", linewidth=1)
    ax.set_yticks([0, 1], [NETWORK, STORAGE])
    ax.set_xlim(0, 1e3 * last)


def work(a: Callable[[], object], b: Callable[[], object], pairs: int, seed: int = 0) -> Ratio:
    """As ``compare``, in processor seconds of all threads, and not on the clock: how much work b is, a's being 1."""
    rng, ratios = np.random.default_rng(seed), []

    def seconds(function: Callable) -> float:
        start = time.process_time()
        function()
        return time.process_time() - start

    a(), b()
    for _ in range(pairs):
        spent = {function: seconds(function) for function in ((a, b) if rng.random() < 0.5 else (b, a))}
        ratios.append(spent[b] / spent[a])
    return Ratio(float(np.median(ratios)), *median_interval(np.array(ratios)), np.array(ratios))


def free_core() -> Condition:
    """For claims that need a second core: whether other programs leave one free now (looks for half a second)."""
    idle = psutil.cpu_count() * (1 - psutil.cpu_percent(interval=0.5) / 100)
    return Condition("where a second core is free", usable_cores() >= 2 and idle >= 1.5)
