def roc_auc(is_positive, score):
    order = np.argsort(-score)
    hits, alarms = np.cumsum(is_positive[order]), np.cumsum(~is_positive[order])
    last = np.r_[True, np.diff(score[order]) != 0]
    tpr, fpr = np.r_[0, hits[last] / hits[-1]], np.r_[0, alarms[last] / alarms[-1]]
    return fpr, tpr, np.trapezoid(tpr, fpr)
