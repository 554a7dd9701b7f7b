def roc_auc(is_positive, score):
    fpr, tpr = [0.0], [0.0]
    for t in sorted(set(score.tolist()), reverse=True):
        said = score >= t
        fpr.append(said[~is_positive].mean())
        tpr.append(said[is_positive].mean())
    return np.array(fpr), np.array(tpr), np.trapezoid(tpr, fpr)
