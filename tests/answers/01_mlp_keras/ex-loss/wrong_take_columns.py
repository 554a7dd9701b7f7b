def weighted_cross_entropy(y, logits, class_weight):
    true_logit = ops.take(logits, y, axis=1)
    loss = ops.logsumexp(logits, axis=1) - true_logit
    w = ops.take(class_weight, y)
    return ops.sum(w * loss) / ops.sum(w)
