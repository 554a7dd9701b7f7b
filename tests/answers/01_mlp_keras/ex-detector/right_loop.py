def choose_threshold(score, is_rare, floor):
    best_recall, best = 0.0, np.inf
    for threshold in sorted(set(score.tolist()), reverse=True):
        flagged = score >= threshold
        hits = np.logical_and(flagged, is_rare).sum()
        if hits / flagged.sum() >= floor and hits / is_rare.sum() > best_recall:
            best_recall, best = hits / is_rare.sum(), threshold
    return best


def detector(x_train, train_is_rare, x_val, val_is_rare, floor):
    found = []
    for weight in np.geomspace(1, 60, 9):
        score = train(x_train, train_is_rare, weight)
        values = score(x_val)
        threshold = choose_threshold(values, val_is_rare, floor)
        found.append((np.sum(values[val_is_rare] >= threshold), -weight, score, threshold))
    _, _, score, threshold = max(found, key=lambda row: row[:2])
    return score, threshold
