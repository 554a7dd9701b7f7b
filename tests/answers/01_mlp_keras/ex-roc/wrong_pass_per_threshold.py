def roc_auc(is_positive, score):
    thresholds = np.r_[np.inf, np.unique(score)[::-1]]
    positives, negatives = score[is_positive], score[~is_positive]
    tpr = np.array([np.mean(positives >= th) for th in thresholds])
    fpr = np.array([np.mean(negatives >= th) for th in thresholds])
    return fpr, tpr, np.trapezoid(tpr, fpr)
