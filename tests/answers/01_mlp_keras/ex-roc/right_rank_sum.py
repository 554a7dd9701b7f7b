from scipy.stats import rankdata


def roc_auc(is_positive, score):
    p = is_positive.sum()
    n = len(score) - p
    edges = np.flatnonzero(np.diff(np.sort(score)[::-1])).tolist() + [len(score) - 1]
    y = is_positive[np.argsort(score)[::-1]].astype(int)
    tps = y.cumsum()[edges]
    fps = 1 + np.array(edges) - tps
    u = rankdata(score)[is_positive].sum() - p * (p + 1) / 2
    return np.insert(fps / n, 0, 0), np.insert(tps / p, 0, 0), u / (p * n)
