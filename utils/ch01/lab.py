"""What lab 01 hands its answers: a step as Keras does it, what a call takes, and something real to use them on."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator

import numpy as np
import tensorflow as tf

from utils.checks import fixed
from utils.data import load_mnist, to_float
from utils.timing import time_once


def loss_and_gradient(loss, y, logits, class_weight):
    """What Keras does in a step: the loss, and its gradient (n, c) with respect to the logits, or None without one.

    Compiled as in ``fit``: before the values are known, and how many images there are.
    """
    y, logits = tf.constant(y, "int32"), tf.constant(logits, "float32")
    class_weight = tf.constant(class_weight, "float32")

    def step(y, logits, class_weight):
        with tf.GradientTape() as tape:
            tape.watch(logits)
            value = loss(y, logits, class_weight)
        gradient = tape.gradient(value, logits) if tf.is_tensor(value) else None
        return value, gradient if gradient is None else tf.convert_to_tensor(gradient)

    given = (
        tf.TensorSpec([None], "int32"),
        tf.TensorSpec([None, logits.shape[1]], "float32"),
        tf.TensorSpec(class_weight.shape, "float32"),
    )
    return tf.function(step, autograph=False).get_concrete_function(*given)(y, logits, class_weight)


def peak_megabytes(function, *arguments):
    """What the function returned, and the most memory that Python and NumPy held at once during the call, in MB."""
    tracemalloc.start()
    try:
        got = function(*arguments)
        return got, tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def sorts_taken(function, *arguments):
    """What a call takes, in sorts of its last argument by Python: processor time, the least of a few of each."""

    def seconds(call, times):
        return min(time_once(call, time.process_time) for _ in range(times))

    numbers = arguments[-1].tolist()
    return seconds(lambda: function(*arguments), 2) / seconds(lambda: sorted(numbers), 5)


def scores_by_means() -> tuple[np.ndarray, np.ndarray]:
    """Validation labels (5000,), and how near each image is to the mean image of each digit (5000, 10)."""
    data = load_mnist()
    x, y = to_float(data.x_train[:5_000]).reshape(5_000, -1), data.y_train[:5_000]
    means = np.array([x[y == digit].mean(axis=0) for digit in range(10)])  # (10, 784)
    return data.y_val, to_float(data.x_val).reshape(5_000, -1) @ means.T - (means**2).sum(axis=1) / 2


def recall_and_precision(loss, weight: float) -> tuple[float, float]:
    """Of digit 8, on validation: one dense layer, trained by Keras with this loss, in which an 8 counts ``weight``."""
    import keras

    data = load_mnist()
    keras.utils.set_random_seed(0)
    layers = [keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(10)]
    network = keras.Sequential(layers)
    class_weight = tf.constant([1.0] * 8 + [weight, 1.0], "float32")
    network.compile("adam", lambda y, z: loss(tf.cast(tf.reshape(y, [-1]), "int32"), z, class_weight))
    network.fit(to_float(data.x_train[:2_000]), data.y_train[:2_000], batch_size=50, epochs=3, verbose=0)
    called, is_8 = np.asarray(network(to_float(data.x_val))).argmax(axis=1) == 8, data.y_val == 8
    return called[is_8].mean(), is_8[called].mean()


def _log_p(x, w, b):
    z = x @ w + b
    z = z - z.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))


def _validation():
    data = load_mnist()
    return to_float(data.x_val).reshape(5_000, -1), data.y_val


def descent_accuracy(weights: list[np.ndarray]) -> float:
    """In %, on validation, of one dense layer."""
    x, y = _validation()
    return 100 * float(np.mean(_log_p(x, *weights).argmax(axis=1) == y))


def descent(num_epochs: int, lr: float = 0.5) -> Iterator[tuple[float, list[np.ndarray]]]:
    """After each epoch of training on 300 images: validation loss, and the weights, which change in place."""
    data = load_mnist()
    x, y = to_float(data.x_train[:300]).reshape(300, -1), data.y_train[:300]
    x_val, y_val = _validation()
    weights = [np.zeros((784, 10), np.float32), np.zeros(10, np.float32)]

    for _ in range(num_epochs):
        slope = (np.exp(_log_p(x, *weights)) - np.eye(10, dtype=np.float32)[y]) / len(x)
        weights[0] -= lr * x.T @ slope
        weights[1] -= lr * slope.sum(axis=0)
        yield float(-_log_p(x_val, *weights)[np.arange(5_000), y_val].mean()), weights


fixed(__name__)
