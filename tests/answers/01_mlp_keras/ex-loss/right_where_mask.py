def weighted_cross_entropy(y, logits, class_weight):
    mask = ops.expand_dims(y, 1) == ops.arange(ops.shape(logits)[-1], dtype=y.dtype)
    w = ops.where(mask, class_weight, 0.0)
    return ops.sum(ops.where(mask, -ops.log_softmax(logits, axis=-1) * w, 0.0)) / ops.sum(w)
