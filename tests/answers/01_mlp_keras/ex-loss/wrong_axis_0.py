def weighted_cross_entropy(y, logits, class_weight):
    losses = ops.logsumexp(logits, axis=0) - ops.take_along_axis(logits, y[:, None], axis=1)[:, 0]
    weight = ops.take(class_weight, y)
    return ops.sum(weight * losses) / ops.sum(weight)
