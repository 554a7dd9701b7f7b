def divide(a, b):
    return a / (b + 1e-12)


def report(counts):
    right = np.diag(counts)
    p, r = divide(right, counts.sum(axis=0)), divide(right, counts.sum(axis=1))
    f1 = divide(2 * p * r, p + r)
    return {
        "accuracy": right.sum() / counts.sum(),
        "precision": p,
        "recall": r,
        "f1": f1,
        "macro_f1": f1.mean(),
    }
