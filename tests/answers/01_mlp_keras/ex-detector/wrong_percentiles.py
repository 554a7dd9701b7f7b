def choose_threshold(scores, is_rare, floor):
    best, best_recall = np.inf, 0
    for t in np.percentile(scores, np.arange(100, -1, -1)):
        f = scores >= t
        if is_rare[f].mean() >= floor and is_rare[f].sum() > best_recall:
            best, best_recall = t, is_rare[f].sum()
    return best


def detector(x_train, train_is_rare, x_val, val_is_rare, floor):
    """(score, threshold): the most recall on validation at a precision >= floor."""
    best, best_recall = None, -1
    for weight in (0.3, 1, 3, 10, 30):
        score = train(x_train, train_is_rare, weight)
        on_val = score(x_val)
        threshold = choose_threshold(on_val, val_is_rare, floor)
        recall = np.mean(on_val[val_is_rare] >= threshold)
        if recall > best_recall:
            best, best_recall = (score, threshold), recall
    return best
