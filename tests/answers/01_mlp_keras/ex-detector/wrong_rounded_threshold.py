def choose_threshold(scores, is_rare, floor):
    order = np.argsort(-scores)
    hits = np.cumsum(is_rare[order])
    ends = np.r_[np.diff(scores[order]) != 0, True]
    good = ends & (hits / np.arange(1, len(scores) + 1) >= floor)
    if not good.any():
        return np.inf
    return round(float(scores[order][np.argmax(np.where(good, hits, -1))]), 3)


def detector(x_train, train_is_rare, x_val, val_is_rare, floor):
    best = (-1.0, None, np.inf)
    for weight in (0.3, 1, 3, 10, 30):
        score = train(x_train, train_is_rare, weight)
        on_val = score(x_val)
        threshold = choose_threshold(on_val, val_is_rare, floor)
        recall = np.mean(on_val[val_is_rare] >= threshold)
        if recall > best[0]:
            best = (recall, score, threshold)
    return best[1:]
