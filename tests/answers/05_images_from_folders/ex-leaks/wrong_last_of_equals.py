def mended_detector(x, y, part, penalties):
    test_rows = {r.tobytes() for r in x[part == "test"]}
    held = {r.tobytes() for r in x[part != "train"]}
    train = np.array([p == "train" and r.tobytes() not in held for r, p in zip(x, part)])
    val = np.array([p == "val" and r.tobytes() not in test_rows for r, p in zip(x, part)])
    test = part == "test"
    mean, std = x[train].mean(axis=0), x[train].std(axis=0) + 1

    def scaled(rows):
        return (rows - mean) / std

    x_more = scaled(np.concatenate([x[train], nudged(x[train])]))
    y_more = np.concatenate([y[train], y[train]])
    best, best_ap = None, -1
    for penalty in penalties:
        score = fitted(x_more, y_more, penalty)
        ap = average_precision_score(y[val], score(scaled(x[val])))
        if ap >= best_ap:
            best, best_ap = score, ap
    threshold = best_threshold(best(scaled(x[val])), y[val])
    said = best(scaled(x[test])) >= threshold
    return {
        "score": lambda rows: best(scaled(rows)),
        "threshold": threshold,
        "precision": precision_score(y[test], said, zero_division=0),
        "recall": recall_score(y[test], said),
    }
