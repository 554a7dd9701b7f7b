def report(counts):
    right, true, called = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)
    p, r = right / np.maximum(called, 1), right / np.maximum(true, 1)
    f1 = np.zeros(len(p))
    ok = (called > 0) & (true > 0)
    f1[ok] = 2 * p[ok] * r[ok] / (p[ok] + r[ok])
    return {
        "accuracy": right.sum() / counts.sum(),
        "precision": p,
        "recall": r,
        "f1": f1,
        "macro_f1": f1.mean(),
    }
