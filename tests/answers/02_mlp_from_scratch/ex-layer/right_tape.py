import tensorflow as tf


def layer_backward(dh, x, w, b):
    x, w, b = (tf.Variable(array) for array in (x, w, b))
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(dh * tf.nn.relu(x @ w + b))
    return tuple(g.numpy() for g in tape.gradient(loss, [x, w, b]))
