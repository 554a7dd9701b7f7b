def roc_auc(is_positive, score):
    tpr, fpr, hits, alarms = [0.0], [0.0], 0, 0
    order = sorted(range(len(score)), key=lambda i: -score[i])
    for k, i in enumerate(order):
        if is_positive[i]:
            hits += 1
        else:
            alarms += 1
        if k + 1 == len(order) or score[order[k + 1]] != score[i]:
            tpr.append(hits)
            fpr.append(alarms)
    tpr, fpr = np.array(tpr) / hits, np.array(fpr) / alarms
    return fpr, tpr, np.trapezoid(tpr, fpr)
