def roc_auc(is_positive, score):
    order = np.argsort(-score)
    hit = is_positive[order].astype(np.int8)
    last = np.r_[np.diff(score[order]) != 0, True]
    tp, fp = np.cumsum(hit, dtype=np.int8)[last], np.cumsum(1 - hit, dtype=np.int8)[last]
    tpr, fpr = np.r_[0, tp / hit.sum()], np.r_[0, fp / (1 - hit).sum()]
    return fpr, tpr, np.trapezoid(tpr, fpr)
