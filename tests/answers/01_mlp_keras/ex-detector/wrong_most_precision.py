def choose_threshold(scores, is_rare, floor):
    best, best_p = np.inf, floor
    for t in np.unique(scores)[::-1]:
        p = is_rare[scores >= t].mean()
        if p >= best_p:
            best, best_p = t, p
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
