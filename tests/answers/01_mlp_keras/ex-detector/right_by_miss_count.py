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
    def found(pair):
        return np.sum(pair[0](x_val)[val_is_rare] >= pair[1])

    pairs = []
    for exponent in range(-2, 6):
        score = train(x_train, train_is_rare, 2.0**exponent)
        pairs.append((score, choose_threshold(score(x_val), val_is_rare, floor)))
    return max(pairs, key=found)
