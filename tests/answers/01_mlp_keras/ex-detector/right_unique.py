def choose_threshold(scores, is_rare, floor):
    values, which = np.unique(-scores, return_inverse=True)
    hits = np.bincount(which, is_rare).cumsum()
    flagged = np.bincount(which).cumsum()
    fine = hits / flagged >= floor
    if not np.any(fine):
        return float("inf")
    most = hits[fine].max()
    return -values[fine & (hits == most)][0] if most else -values[fine][0]


def detector(x_train, train_is_rare, x_val, val_is_rare, floor):
    scores = {w: train(x_train, train_is_rare, w) for w in np.geomspace(0.1, 30, 9)}
    chosen = {w: choose_threshold(s(x_val), val_is_rare, floor) for w, s in scores.items()}
    w = max(scores, key=lambda w: np.sum(scores[w](x_val)[val_is_rare] >= chosen[w]))
    return scores[w], chosen[w]
