def roc_auc(is_positive, score):
    t = np.linspace(score.max(), score.min(), len(np.unique(score)))
    pos, neg = np.sort(score[is_positive]), np.sort(score[~is_positive])
    tpr = np.r_[0, 1 - np.searchsorted(pos, t) / len(pos)]
    fpr = np.r_[0, 1 - np.searchsorted(neg, t) / len(neg)]
    return fpr, tpr, np.trapezoid(tpr, fpr)
