def roc_auc(is_positive, score):
    order = np.argsort(-score)
    last = np.r_[np.diff(score[order]) != 0, True]
    tpr = np.r_[0, np.cumsum(is_positive[order])[last] / is_positive.sum()]
    fpr = np.r_[0, np.cumsum(~is_positive[order])[last] / (~is_positive).sum()]
    return fpr, tpr, np.sum(np.diff(fpr) * tpr[1:])
