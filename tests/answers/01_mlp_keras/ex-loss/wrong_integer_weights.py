def weighted_cross_entropy(y, logits, class_weight):
    losses = ops.sparse_categorical_crossentropy(y, logits, from_logits=True)
    w = ops.cast(ops.cast(ops.take(class_weight, y), "int32"), "float32")
    return ops.sum(w * losses) / ops.sum(w)
