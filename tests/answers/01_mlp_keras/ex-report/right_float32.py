def report(counts):
    counts = counts.astype("float32")
    right, true, called = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)
    f1 = 2 * right / np.maximum(true + called, 1)
    return dict(
        accuracy=right.sum() / counts.sum(),
        precision=right / np.maximum(called, 1),
        recall=right / np.maximum(true, 1),
        f1=f1,
        macro_f1=f1.mean(),
    )
