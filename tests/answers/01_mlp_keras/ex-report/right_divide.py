def report(counts):
    def ratio(a, b):
        return np.divide(a, b, out=np.zeros(len(a)), where=b > 0)

    right = counts.diagonal().astype(float)
    p, r = ratio(right, counts.sum(0)), ratio(right, counts.sum(1))
    f1 = ratio(2 * p * r, p + r)
    return dict(accuracy=right.sum() / counts.sum(), precision=p, recall=r, f1=f1, macro_f1=np.mean(f1))
