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
    tried = {}
    grid = [0.1, 0.3, 1, 3, 10, 30, 100]
    for _ in range(2):
        for weight in grid:
            score = train(x_train, train_is_rare, weight)
            seen = score(x_val)
            limit = choose_threshold(seen, val_is_rare, floor)
            tried[weight] = (np.count_nonzero(seen[val_is_rare] >= limit), -weight, score, limit)
        top = max(tried, key=lambda w: tried[w][:2])
        grid = [top * 0.6, top * 1.6]
    return tried[max(tried, key=lambda w: tried[w][:2])][2:]
