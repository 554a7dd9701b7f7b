def report(counts):
    right, true, called = np.diag(counts).copy(), counts.sum(axis=1), counts.sum(axis=0)
    np.fill_diagonal(counts, 0)  # what is left are mistakes
    fp, fn = counts.sum(axis=0), counts.sum(axis=1)
    p, r = right / np.maximum(right + fp, 1), right / np.maximum(right + fn, 1)
    f1 = 2 * right / np.maximum(2 * right + fp + fn, 1)
    return {
        "accuracy": right.sum() / true.sum(),
        "precision": p,
        "recall": r,
        "f1": f1,
        "macro_f1": f1.mean(),
    }
