def weighted_cross_entropy(y, logits, class_weight):
    log_p = logits - ops.logsumexp(logits, axis=1, keepdims=True)
    loss = -ops.take_along_axis(log_p, y[:, None], axis=1)
    w = ops.take(class_weight, y)
    return ops.sum(w * loss) / ops.sum(w)
