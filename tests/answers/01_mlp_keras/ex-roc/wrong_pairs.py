def roc_auc(is_positive, score):
    t = np.unique(score)[::-1]
    a, b = np.sort(score[is_positive]), np.sort(score[~is_positive])
    tpr = np.r_[0, 1 - np.searchsorted(a, t) / len(a)]
    fpr = np.r_[0, 1 - np.searchsorted(b, t) / len(b)]
    pairs = a[:, None] - b
    return fpr, tpr, np.mean(pairs > 0) + np.mean(pairs == 0) / 2
