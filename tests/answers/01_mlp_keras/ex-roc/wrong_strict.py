def roc_auc(is_positive, score):
    thresholds = np.unique(score)[::-1]
    positives, negatives = np.sort(score[is_positive]), np.sort(score[~is_positive])
    tpr = np.r_[0, 1 - np.searchsorted(positives, thresholds, side="right") / len(positives)]
    fpr = np.r_[0, 1 - np.searchsorted(negatives, thresholds, side="right") / len(negatives)]
    return fpr, tpr, np.trapezoid(tpr, fpr)
