def report(counts):
    right, true, called = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)
    p, r = right / np.maximum(called, 1), right / np.maximum(true, 1)
    f1 = 2 * right / np.maximum(true + called, 1)
    return {
        "accuracy": right.sum() / counts.sum(),
        "precision": p.round(4),
        "recall": r.round(4),
        "f1": f1.round(4),
        "macro_f1": round(f1.mean(), 4),
    }
