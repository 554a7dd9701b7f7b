def weighted_cross_entropy(y, logits, class_weight):
    total, weight = 0.0, 0.0
    for k in range(y.shape[0]):
        row = ops.take(logits, k, axis=0)
        w = ops.take(class_weight, y[k])
        total = total + w * (ops.logsumexp(row) - ops.take(row, y[k]))
        weight = weight + w
    return total / weight
