def weighted_cross_entropy(y, logits, class_weight):
    p = ops.softmax(logits)
    losses = ops.logsumexp(p, axis=1) - ops.take_along_axis(p, y[:, None], axis=1)[:, 0]
    w = ops.take(class_weight, y)
    return ops.sum(w * losses) / ops.sum(w)
