def report(counts):
    c = len(counts)
    tp = [int(counts[k, k]) for k in range(c)]
    p = [tp[k] / counts[:, k].sum() if counts[:, k].any() else 0 for k in range(c)]
    r = [tp[k] / counts[k].sum() if counts[k].any() else 0 for k in range(c)]
    f = [2 * a * b / (a + b) if a + b else 0 for a, b in zip(p, r)]
    return dict(accuracy=sum(tp) / counts.sum(), precision=p, recall=r, f1=f, macro_f1=sum(f) / c)
