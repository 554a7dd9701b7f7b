def weighted_cross_entropy(y, logits, class_weight):
    true_logit = ops.take_along_axis(logits, y[:, None], axis=1)[:, 0]
    losses = ops.logsumexp(logits, axis=1) - true_logit
    return ops.mean(ops.take(class_weight, y) * losses)
