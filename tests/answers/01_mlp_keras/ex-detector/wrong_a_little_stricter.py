def choose_threshold(scores, is_rare, floor):
    order = np.argsort(-scores, kind="stable")
    ranked, hits = scores[order], np.cumsum(is_rare[order])
    flagged = np.arange(1, len(scores) + 1)
    ends = np.r_[np.diff(ranked) != 0, True]
    good = ends & (hits / flagged >= floor)
    if not good.any():
        return np.inf
    return ranked[np.argmax(np.where(good, hits, -1))]


def detector(x_train, train_is_rare, x_val, val_is_rare, floor):
    best = (-1.0, None, np.inf)
    for weight in (0.3, 1, 3, 10, 30):
        score = train(x_train, train_is_rare, weight)
        on_val = score(x_val)
        t = choose_threshold(on_val, val_is_rare, floor + 0.005)
        flagged = on_val >= t
        value = np.mean(flagged[val_is_rare])
        if value > best[0]:
            best = (value, score, t)
    return best[1:]
