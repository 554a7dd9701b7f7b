import keras


def weighted_cross_entropy(y, logits, class_weight):
    losses = keras.losses.sparse_categorical_crossentropy(y, logits, from_logits=True)
    weight = ops.take(class_weight, y, axis=0)
    return ops.sum(losses * weight) / ops.sum(weight)
