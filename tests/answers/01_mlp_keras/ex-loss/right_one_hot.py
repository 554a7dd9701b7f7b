def weighted_cross_entropy(y, logits, class_weight):
    shifted = logits - ops.max(logits, axis=1, keepdims=True)
    log_p = shifted - ops.log(ops.sum(ops.exp(shifted), axis=1, keepdims=True))
    weights = ops.one_hot(y, logits.shape[1]) * class_weight
    return -ops.sum(weights * log_p) / ops.sum(weights)
