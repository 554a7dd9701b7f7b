def roc_auc(is_positive, score):
    order = np.argsort(-score, kind="stable")
    tpr = np.r_[0, np.cumsum(is_positive[order]) / is_positive.sum()]
    fpr = np.r_[0, np.cumsum(~is_positive[order]) / (~is_positive).sum()]
    return fpr, tpr, np.trapezoid(tpr, fpr)
