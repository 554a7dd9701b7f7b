"""What lab 01 hands its answers: a training step as Keras does it."""

from __future__ import annotations

import tensorflow as tf

from utils.checks import fixed


def loss_and_gradient(loss, y, logits, class_weight):
    """What Keras does in a step: the loss, and its gradient (n, c) with respect to the logits, or None without one."""

    def step(y, logits, class_weight):
        with tf.GradientTape() as tape:
            tape.watch(logits)
            value = loss(y, logits, class_weight)
        gradient = tape.gradient(value, logits) if tf.is_tensor(value) else None
        return value, gradient if gradient is None else tf.convert_to_tensor(gradient)

    given = tf.constant(y, "int32"), tf.constant(logits, "float32"), tf.constant(class_weight, "float32")
    return tf.function(step, autograph=False).get_concrete_function(*given)(*given)  # compiled, as Keras does


fixed(__name__)
