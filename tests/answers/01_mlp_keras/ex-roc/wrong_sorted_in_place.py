def roc_auc(is_positive, score):
    order = np.argsort(-score)
    hits, alarms = np.cumsum(is_positive[order]), np.cumsum(~is_positive[order])
    score *= -1
    score.sort()
    last = np.r_[np.diff(score) != 0, True]
    tpr, fpr = np.r_[0, hits[last] / hits[-1]], np.r_[0, alarms[last] / alarms[-1]]
    return fpr, tpr, np.trapezoid(tpr, fpr)
