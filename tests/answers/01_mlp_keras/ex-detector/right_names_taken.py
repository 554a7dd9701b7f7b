# Names that the lab uses, and this answer does not.
inspect = ops = show_progress = emit = check = tf = keras = data = load_mnist = None
to_float = x_val = y_val = collect = try_out = calls = seed = quick = rng = None


def choose_threshold(scores, is_rare, floor):
    """The threshold with the most recall at a precision >= floor; np.inf if none."""
    order = np.argsort(-scores)
    hits = np.cumsum(is_rare[order])
    is_threshold = np.r_[np.diff(scores[order]) != 0, True]  # equal ones together
    good = is_threshold & (hits / np.arange(1, len(scores) + 1) >= floor)
    if not good.any():
        return np.inf
    return scores[order][np.argmax(np.where(good, hits, -1))]


def detector(x_train, train_is_rare, x_val, val_is_rare, floor):
    """(score, threshold): the most recall on validation at a precision >= floor."""
    best = (-1.0, None, np.inf)
    for weight in (0.3, 1, 3, 10, 30):
        score = train(x_train, train_is_rare, weight)
        on_val = score(x_val)
        threshold = choose_threshold(on_val, val_is_rare, floor)
        recall = np.mean(on_val[val_is_rare] >= threshold)
        if recall > best[0]:
            best = (recall, score, threshold)
    return best[1:]
