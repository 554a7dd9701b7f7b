def weighted_cross_entropy(y, logits, class_weight):
    import keras

    each = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=None)(y, logits)
    w = ops.take(class_weight, y)
    return ops.sum(each * w) / ops.sum(w)
