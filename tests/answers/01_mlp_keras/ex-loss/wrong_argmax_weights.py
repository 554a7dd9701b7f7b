def weighted_cross_entropy(y, logits, class_weight):
    losses = -ops.take_along_axis(ops.log_softmax(logits), y[:, None], axis=1)[:, 0]
    w = ops.take(class_weight, ops.argmax(logits, axis=1))
    return ops.sum(w * losses) / ops.sum(w)
