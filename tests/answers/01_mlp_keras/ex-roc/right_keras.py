def roc_auc(is_positive, score):
    order = ops.argsort(-score)
    hit = ops.cast(ops.take(is_positive, order), "float32")
    s = ops.take(score, order)
    last = np.r_[np.asarray(s[1:] != s[:-1]), True]
    tpr = np.asarray(ops.cumsum(hit))[last]
    fpr = np.asarray(ops.cumsum(1 - hit))[last]
    tpr, fpr = np.r_[np.float32(0), tpr / tpr[-1]], np.r_[np.float32(0), fpr / fpr[-1]]
    return fpr, tpr, np.trapezoid(tpr, fpr)
