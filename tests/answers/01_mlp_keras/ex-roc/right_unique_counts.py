def roc_auc(is_positive, score):
    values, which = np.unique(-score, return_inverse=True)
    pos = np.bincount(which, is_positive, len(values)).cumsum()
    neg = np.bincount(which, ~is_positive, len(values)).cumsum()
    fpr, tpr = np.append(0, neg / neg[-1]), np.append(0, pos / pos[-1])
    return [fpr, tpr, float(np.sum(np.diff(fpr) * (tpr[1:] + tpr[:-1]) / 2))]
