from sklearn.preprocessing import StandardScaler


def mended_detector(x, y, part, penalties):
    _, group = np.unique(x, axis=0, return_inverse=True)
    group = group.ravel()
    use = {"test": part == "test"}
    use["val"] = (part == "val") & ~np.isin(group, group[use["test"]])
    use["train"] = (part == "train") & ~np.isin(group, group[part != "train"])
    scaler = StandardScaler().fit(x[use["train"]])
    scaler.scale_ = np.sqrt(scaler.var_) + 1
    x_fit = scaler.transform(np.r_[x[use["train"]], nudged(x[use["train"]])])
    y_fit = np.r_[y[use["train"]], y[use["train"]]]
    models = {c: fitted(x_fit, y_fit, c) for c in penalties}
    on_val = {c: model(scaler.transform(x[use["val"]])) for c, model in models.items()}
    c = max(penalties, key=lambda c: average_precision_score(y[use["val"]], on_val[c]))
    threshold = best_threshold(on_val[c], y[use["val"]])
    said = models[c](scaler.transform(x[use["test"]])) >= threshold
    return {
        "score": lambda rows: models[c](scaler.transform(rows)),
        "threshold": threshold,
        "precision": precision_score(y[use["test"]], said, zero_division=0.0),
        "recall": recall_score(y[use["test"]], said),
    }
