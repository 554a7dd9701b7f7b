import tensorflow as tf


def swish(z, beta):
    return z * tf.sigmoid(beta * z).numpy()


def swish_backward(dh, z, beta):
    z, beta = tf.Variable(z), tf.Variable(beta)
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(dh * z * tf.sigmoid(beta * z))
    return [g.numpy() for g in tape.gradient(total, [z, beta])]
