from sklearn import metrics


def roc_auc(is_positive, score):
    fpr, tpr, _ = metrics.roc_curve(is_positive, score, drop_intermediate=False)
    return fpr, tpr, metrics.auc(fpr, tpr)
