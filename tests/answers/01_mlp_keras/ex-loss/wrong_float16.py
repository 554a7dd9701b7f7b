def weighted_cross_entropy(y, logits, class_weight):
    z = ops.cast(logits, "float16")
    losses = ops.cast(ops.sparse_categorical_crossentropy(y, z, from_logits=True), "float32")
    w = ops.take(class_weight, y)
    return ops.sum(w * losses) / ops.sum(w)
