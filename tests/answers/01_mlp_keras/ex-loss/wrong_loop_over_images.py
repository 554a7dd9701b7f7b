def weighted_cross_entropy(y, logits, class_weight):
    total, weights = 0.0, 0.0
    for i in range(len(y)):
        w = ops.take(class_weight, y[i])
        total = total + w * (ops.logsumexp(logits[i]) - ops.take(logits[i], y[i]))
        weights = weights + w
    return total / weights
