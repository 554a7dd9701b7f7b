def report(counts):
    c = len(counts)
    precision, recall, f1 = [], [], []
    for k in range(c):
        right = counts[k, k]
        called, true = sum(counts[:, k]), sum(counts[k, :])
        p = right / called if called else 0.0
        r = right / true if true else 0.0
        precision.append(p)
        recall.append(r)
        f1.append(2 * p * r / (p + r) if p + r else 0.0)
    return {
        "accuracy": np.trace(counts) / np.sum(counts),
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "macro_f1": sum(f1) / c,
    }
