def weighted_cross_entropy(y, logits, class_weight):
    losses = -ops.sum(ops.one_hot(y, 3) * ops.log_softmax(logits), axis=1)
    w = ops.take(class_weight, y)
    return ops.sum(w * losses) / ops.sum(w)
