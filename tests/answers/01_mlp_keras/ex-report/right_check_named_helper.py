def check(a, b):
    return np.divide(a, b, out=np.zeros(len(a)), where=b > 0)


seed = emit = rng = rows = None


def report(counts):
    right = np.diag(counts)
    p, r = check(right, counts.sum(axis=0)), check(right, counts.sum(axis=1))
    f1 = check(2 * p * r, p + r)
    return {
        "accuracy": right.sum() / counts.sum(),
        "precision": p,
        "recall": r,
        "f1": f1,
        "macro_f1": f1.mean(),
    }
