def weighted_cross_entropy(y, logits, class_weight):
    p = ops.exp(logits) / ops.sum(ops.exp(logits), axis=1, keepdims=True)
    losses = -ops.log(ops.take_along_axis(p, y[:, None], axis=1)[:, 0])
    weight = ops.take(class_weight, y)
    return ops.sum(weight * losses) / ops.sum(weight)
