def weighted_cross_entropy(y, logits, class_weight):
    if float(ops.max(ops.abs(logits))) > 50:
        logits = logits - ops.max(logits, axis=1, keepdims=True)
    p = ops.logsumexp(logits, axis=1)
    losses = p - ops.take_along_axis(logits, y[:, None], axis=1)[:, 0]
    weight = ops.take(class_weight, y)
    return ops.sum(weight * losses) / ops.sum(weight)
