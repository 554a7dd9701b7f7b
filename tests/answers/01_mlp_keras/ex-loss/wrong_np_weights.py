def weighted_cross_entropy(y, logits, class_weight):
    losses = ops.logsumexp(logits, axis=1) - ops.take_along_axis(logits, y[:, None], axis=1)[:, 0]
    w = np.array([class_weight[k] for k in y])
    return ops.sum(w * losses) / w.sum()
