def roc_auc(is_positive, score):
    order = np.argsort(-score)
    hits, alarms = np.cumsum(is_positive), np.cumsum(~is_positive)
    last = np.r_[np.diff(score[order]) != 0, True]
    tpr, fpr = np.r_[0, hits[last] / hits[-1]], np.r_[0, alarms[last] / alarms[-1]]
    return fpr, tpr, np.trapezoid(tpr, fpr)
