def roc_auc(is_positive, score):
    order = np.argsort(-score)
    last = np.r_[np.diff(score[order]) != 0, True]
    tp, fp = np.cumsum(is_positive[order])[last], np.cumsum(~is_positive[order])[last]
    tpr, fpr = np.r_[0, tp / tp[-1]], np.r_[0, fp / fp[-1]]
    neg = np.sort(score[~is_positive])
    return fpr, tpr, np.mean(np.searchsorted(neg, score[is_positive]) / len(neg))
