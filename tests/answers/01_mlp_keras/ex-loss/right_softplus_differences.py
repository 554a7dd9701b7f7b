def weighted_cross_entropy(y, logits, class_weight):
    true = ops.take_along_axis(logits, ops.expand_dims(y, 1), axis=1)
    losses = ops.logsumexp(logits - true, axis=-1)
    w = ops.take(class_weight, y, axis=0)
    return ops.average(losses, weights=w)
