def choose_threshold(score, is_rare, floor):
    best, most = np.inf, 0
    for t in np.unique(score)[::-1]:
        said = score >= t
        hits, alarms = np.sum(is_rare & said), np.sum(~is_rare & said)
        if (1 - floor) * hits >= floor * alarms and hits > most:
            best, most = t, hits
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
