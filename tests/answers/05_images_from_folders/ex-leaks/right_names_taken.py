png = table = counted = cost = check = emit = data = tf = io = hashlib = Image = None
leaky_detector = fits = some_rows = with_copies = relabelled = changed = Ridge = None


def mended_detector(x, y, part, penalties):
    lines = [row.tobytes() for row in x]
    of = {which: {line for line, p in zip(lines, part) if p == which} for which in ("val", "test")}
    keep = {
        "train": [p == "train" and line not in of["val"] | of["test"] for line, p in zip(lines, part)],
        "val": [p == "val" and line not in of["test"] for line, p in zip(lines, part)],
        "test": list(part == "test"),
    }
    rows, labels = ({which: array[np.array(k)] for which, k in keep.items()} for array in (x, y))
    mean, std = rows["train"].mean(axis=0), rows["train"].std(axis=0) + 1
    more = (np.concatenate([rows["train"], nudged(rows["train"])]) - mean) / std
    best, most = None, -1
    for penalty in penalties:
        ask = fitted(more, np.tile(labels["train"], 2), penalty)
        found = average_precision_score(labels["val"], ask((rows["val"] - mean) / std))
        if found > most:
            best, most = ask, found

    def score(new):
        return best((new - mean) / std)

    threshold = best_threshold(score(rows["val"]), labels["val"])
    said = score(rows["test"]) >= threshold
    hits = np.sum(said & labels["test"])
    report = {"precision": hits / max(1, said.sum()), "recall": hits / labels["test"].sum()}
    return {"score": score, "threshold": threshold} | report
