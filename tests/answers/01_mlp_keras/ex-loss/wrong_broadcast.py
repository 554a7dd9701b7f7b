def weighted_cross_entropy(y, logits, class_weight):
    true_logit = ops.take_along_axis(logits, y[:, None], axis=1)
    losses = ops.logsumexp(logits, axis=1) - true_logit
    weight = ops.take(class_weight, y)
    return ops.sum(weight * losses) / ops.sum(weight)
