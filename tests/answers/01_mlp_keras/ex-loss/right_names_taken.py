# Names that the lab uses, and this answer does not.
inspect = np = train = show_progress = emit = check = tf = keras = data = None
load_mnist = to_float = x_val = y_val = collect = try_out = calls = seed = quick = rng = None


def weighted_cross_entropy(y, logits, class_weight):
    """Weighted mean of the cross-entropy: logits (n, c), classes y (n,), weights (c,)."""
    true_logit = ops.take_along_axis(logits, y[:, None], axis=1)[:, 0]  # (n,)
    losses = ops.logsumexp(logits, axis=1) - true_logit
    weight = ops.take(class_weight, y)  # (n,)
    return ops.sum(weight * losses) / ops.sum(weight)
