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
    made = [train(x_train, train_is_rare, weight) for weight in (0.3, 1, 3, 10, 30)]
    limits = [choose_threshold(score(x_val), val_is_rare, floor) for score in made]
    recalls = [np.mean(s(x_val)[val_is_rare] >= t) for s, t in zip(made, limits)]
    finite = [t for t in limits if np.isfinite(t)]
    return made[int(np.argmax(recalls))], np.mean(finite)
