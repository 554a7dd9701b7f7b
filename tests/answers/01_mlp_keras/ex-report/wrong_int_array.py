def report(counts):
    right, true, called = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)
    p, r = np.zeros_like(right), np.zeros_like(right)
    p[called > 0] = right[called > 0] / called[called > 0]
    r[true > 0] = right[true > 0] / true[true > 0]
    f1 = 2 * right / np.maximum(true + called, 1)
    return {
        "accuracy": right.sum() / counts.sum(),
        "precision": p,
        "recall": r,
        "f1": f1,
        "macro_f1": f1.mean(),
    }
