def report(counts):
    right, true, called = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)
    p = np.divide(right, called, where=called > 0)
    r = np.divide(right, true, where=true > 0)
    f1 = 2 * right / np.maximum(called + true, 1)
    return {
        "accuracy": right.sum() / counts.sum(),
        "precision": p,
        "recall": r,
        "f1": f1,
        "macro_f1": f1.mean(),
    }
