def roc_auc(is_positive, score):
    order = np.argsort(-score)
    last = np.r_[np.diff(score) != 0, True]
    pos = is_positive[order]
    tpr = np.r_[0, np.cumsum(pos)[last] / pos.sum()]
    fpr = np.r_[0, np.cumsum(~pos)[last] / (~pos).sum()]
    return fpr, tpr, np.trapezoid(tpr, fpr)
