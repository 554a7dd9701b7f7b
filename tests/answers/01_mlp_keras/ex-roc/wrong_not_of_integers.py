def roc_auc(is_positive, score):
    is_positive = is_positive.astype(int)
    order = np.argsort(-score)
    s, pos = score[order], is_positive[order]
    last = np.r_[np.diff(s) != 0, True]
    tpr = np.r_[0, np.cumsum(pos)[last] / pos.sum()]
    fpr = np.r_[0, np.cumsum(~pos)[last] / (~pos).sum()]
    return fpr, tpr, np.trapezoid(tpr, fpr)
