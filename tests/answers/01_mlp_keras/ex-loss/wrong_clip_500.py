def weighted_cross_entropy(y, logits, class_weight):
    z = ops.clip(logits, -500, 500)
    losses = ops.logsumexp(z, axis=1) - ops.take_along_axis(z, y[:, None], axis=1)[:, 0]
    w = ops.take(class_weight, y)
    return ops.sum(w * losses) / ops.sum(w)
