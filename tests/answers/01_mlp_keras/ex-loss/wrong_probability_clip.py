def weighted_cross_entropy(y, logits, class_weight):
    p = ops.clip(ops.softmax(logits), 1e-7, 1)
    losses = -ops.log(ops.take_along_axis(p, y[:, None], axis=1)[:, 0])
    w = ops.take(class_weight, y)
    return ops.sum(w * losses) / ops.sum(w)
