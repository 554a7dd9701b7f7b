def roc_auc(is_positive, score):
    positives, negatives = np.sort(score[is_positive]), np.sort(score[~is_positive])
    thresholds = np.unique(score)[::-1]
    tpr = 1 - np.searchsorted(positives, thresholds) / len(positives)
    fpr = 1 - np.searchsorted(negatives, thresholds) / len(negatives)
    tpr, fpr = np.concatenate([[0], tpr]), np.concatenate([[0], fpr])
    return fpr, tpr, sum(np.diff(fpr) * (tpr[1:] + tpr[:-1])) / 2
