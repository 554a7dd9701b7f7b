def without(x, y, others):
    """The rows (n, 49) that aren't among others."""
    keep = [not (row == others).all(axis=1).any() for row in x]
    return x[keep], y[keep]


def mended_detector(x, y, part, penalties):
    (x_train, y_train), (x_val, y_val), (x_test, y_test) = (
        (x[part == name], y[part == name]) for name in ("train", "val", "test")
    )
    x_train, y_train = without(x_train, y_train, np.concatenate([x_val, x_test]))
    x_val, y_val = without(x_val, y_val, x_test)
    mean, std = x_train.mean(0), x_train.std(0) + 1
    more = np.vstack([nudged(x_train), x_train])
    best, score = -1, None
    for c in penalties:
        model = fitted((more - mean) / std, np.tile(y_train, 2), c)

        def on_raw(rows, model=model):
            return model((np.asarray(rows) - mean) / std)

        precision = average_precision_score(y_val, on_raw(x_val))
        if precision > best:
            best, score = precision, on_raw
    threshold = float(best_threshold(score(x_val), y_val))
    flagged = score(x_test) >= threshold
    hits = (flagged & y_test).sum()
    return dict(
        threshold=threshold, recall=hits / y_test.sum(), precision=hits / max(1, flagged.sum()), score=score
    )
