def weighted_cross_entropy(y, logits, class_weight):
    z = logits - ops.max(logits, axis=1)
    log_p = z - ops.log(ops.sum(ops.exp(z), axis=1, keepdims=True))
    losses = -ops.take_along_axis(log_p, y[:, None], axis=1)[:, 0]
    w = ops.take(class_weight, y)
    return ops.sum(w * losses) / ops.sum(w)
