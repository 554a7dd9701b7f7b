def choose_threshold(score, is_rare, floor):
    good = [t for t in np.unique(score) if np.mean(is_rare[score >= t]) >= floor]
    return min(good, default=np.inf)  # among equals the highest is asked for


def detector(x_train, train_is_rare, x_val, val_is_rare, floor):
    best = (-1.0, None, np.inf)
    for weight in (1, 2, 3, 5, 10, 20, 30, 60):
        score = train(x_train, train_is_rare, weight)
        on_val = score(x_val)
        threshold = choose_threshold(on_val, val_is_rare, floor)
        recall = np.mean(on_val[val_is_rare] >= threshold)
        if recall > best[0]:
            best = (recall, score, threshold)
    return best[1:]
