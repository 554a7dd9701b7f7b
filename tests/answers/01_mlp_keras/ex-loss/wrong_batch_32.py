def weighted_cross_entropy(y, logits, class_weight):
    losses = ops.sparse_categorical_crossentropy(y, logits, from_logits=True)
    total = weights = 0.0
    for i in range(32):
        w = ops.take(class_weight, y[i : i + 1])
        total += ops.sum(w * losses[i : i + 1])
        weights += ops.sum(w)
    return total / weights
