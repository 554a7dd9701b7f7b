def choose_threshold(score, is_rare, floor):
    values = np.unique(score)
    best, best_recall = np.inf, 0
    for k in range(len(values))[::-1]:
        said = score >= values[k]
        if is_rare[said].mean() >= floor and is_rare[said].sum() > best_recall:
            best, best_recall = (values[k] + values[k - 1]) / 2 if k else values[k] - 1, is_rare[said].sum()
    return best


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
