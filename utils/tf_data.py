"""MNIST's arrays as TensorFlow and Keras want them."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from utils.data import to_float


def dataset(
    x: np.ndarray, y: np.ndarray, batch_size: int = 128, shuffle_seed: int | None = None
) -> tf.data.Dataset:
    """Batches of ``(b, 28, 28, 1) float32`` in 0…1 and ``(b,) int64``; a new order each epoch if seeded.

    Indices are shuffled, not images, and each batch is gathered from one array: no second copy of the data.
    """
    images, labels = to_float(x)[..., None], y.astype(np.int64)
    indices = tf.data.Dataset.range(len(images))
    if shuffle_seed is not None:
        indices = indices.shuffle(len(images), seed=shuffle_seed)

    def gather(batch):
        return images[batch], labels[batch]

    def load(batch):
        x_batch, y_batch = tf.numpy_function(gather, [batch], [tf.float32, tf.int64])
        return tf.ensure_shape(x_batch, (None, *images.shape[1:])), tf.ensure_shape(y_batch, (None,))

    return indices.batch(batch_size).map(load).prefetch(tf.data.AUTOTUNE)
