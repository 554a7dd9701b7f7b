def roc_auc(is_positive, score):
    from sklearn.metrics import roc_auc_score, roc_curve

    fpr, tpr, _ = roc_curve(is_positive, score)
    return fpr, tpr, roc_auc_score(is_positive, score)
