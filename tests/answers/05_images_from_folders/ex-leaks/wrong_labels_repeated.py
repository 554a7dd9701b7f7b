def mended_detector(x, y, part, penalties):
    rows = [row.tobytes() for row in x]
    of = {name: {row for row, which in zip(rows, part) if which == name} for name in ("train", "val", "test")}
    test = part == "test"
    val = np.array([p == "val" and row not in of["test"] for row, p in zip(rows, part)])
    train = np.array([p == "train" and row not in of["test"] | of["val"] for row, p in zip(rows, part)])
    mean, std = x[train].mean(axis=0), x[train].std(axis=0) + 1

    def scaled(rows):
        return (rows - mean) / std

    x_fit, y_fit = np.concatenate([x[train], nudged(x[train])]), np.repeat(y[train], 2)
    precisions = []
    for c in penalties:
        model = fitted(scaled(x_fit), y_fit, c)
        precisions.append(average_precision_score(y[val], model(scaled(x[val]))))
    model = fitted(scaled(x_fit), y_fit, penalties[int(np.argmax(precisions))])
    threshold = best_threshold(model(scaled(x[val])), y[val])
    said = model(scaled(x[test])) >= threshold
    return {
        "score": lambda rows: model(scaled(rows)),
        "threshold": threshold,
        "precision": precision_score(y[test], said, zero_division=0),
        "recall": recall_score(y[test], said),
    }
