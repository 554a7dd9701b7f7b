def report(counts):
    right, true, called = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)
    p, r = right / np.maximum(called, 1), right / np.maximum(true, 1)
    f1 = 2 * right / np.maximum(true + called, 1)
    return {
        "accuracy": f"{right.sum() / counts.sum():.9f}",
        "precision": p,
        "recall": r,
        "f1": f1,
        "macro_f1": f1.mean(),
    }
