def roc_auc(is_positive, score):
    thresholds = np.r_[np.inf, np.linspace(1, 0, 101)]
    tpr = np.array([np.mean(score[is_positive] >= t) for t in thresholds])
    fpr = np.array([np.mean(score[~is_positive] >= t) for t in thresholds])
    return fpr, tpr, np.trapezoid(tpr, fpr)
