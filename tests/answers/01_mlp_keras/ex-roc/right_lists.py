def roc_auc(is_positive, score):
    pairs = sorted(zip(score.tolist(), is_positive.tolist()), reverse=True)
    n_pos, n_neg = int(is_positive.sum()), int((~is_positive).sum())
    fpr, tpr, area, tp, fp = [0.0], [0.0], 0.0, 0, 0
    for k, (s, positive) in enumerate(pairs):
        tp, fp = tp + positive, fp + (not positive)
        if k + 1 == len(pairs) or pairs[k + 1][0] != s:
            fpr.append(fp / n_neg)
            tpr.append(tp / n_pos)
            area += (fpr[-1] - fpr[-2]) * (tpr[-1] + tpr[-2]) / 2
    return fpr, tpr, area
