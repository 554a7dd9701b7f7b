def choose_threshold(score, is_rare, floor):
    order = np.argsort(-score)
    hits = np.cumsum(is_rare[order])
    is_threshold = np.r_[np.diff(score[order]) != 0, True]
    good = is_threshold & (hits / np.arange(1, len(score) + 1) >= floor)
    if not good.any():
        return np.inf
    return score[order][np.argmax(np.where(good, hits, -1))]


def detector(x_train, train_is_rare, x_val, val_is_rare, floor):
    scores = [train(x_train, train_is_rare, weight) for weight in (1, 2, 3, 5, 10, 20, 30, 60)]
    return max(scores, key=lambda score: np.mean(score(x_val)[val_is_rare] >= 0)), 0.0
