def weighted_cross_entropy(y, logits, class_weight):
    n = logits.shape[0]
    log_p = ops.log_softmax(logits, axis=1)
    loss = -ops.take_along_axis(log_p, ops.reshape(y, (n, 1)), axis=1)[:, 0]
    w = ops.take(class_weight, y)
    return ops.sum(w * loss) / ops.sum(w)
