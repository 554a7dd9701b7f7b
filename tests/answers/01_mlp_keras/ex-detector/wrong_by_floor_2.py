def choose_threshold(score, is_rare, floor):
    order = np.argsort(-score)
    hits = np.cumsum(is_rare[order])
    is_threshold = np.r_[np.diff(score[order]) != 0, True]
    good = is_threshold & (hits / np.arange(1, len(score) + 1) >= floor)
    if not good.any():
        return np.inf
    return score[order][np.argmax(np.where(good, hits, -1))]


def detector(x_train, train_is_rare, x_val, val_is_rare, floor):
    score = train(x_train, train_is_rare, 15 if floor < 0.7 else 0.7)
    return score, choose_threshold(score(x_val), val_is_rare, floor)
