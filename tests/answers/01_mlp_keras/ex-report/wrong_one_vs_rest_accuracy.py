def report(counts):
    right, true, called, n = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0), counts.sum()
    p, r = right / np.maximum(called, 1), right / np.maximum(true, 1)
    f1 = 2 * right / np.maximum(called + true, 1)
    tn = n - called - true + right
    return {
        "accuracy": ((right + tn) / n).mean(),
        "precision": p,
        "recall": r,
        "f1": f1,
        "macro_f1": f1.mean(),
    }
