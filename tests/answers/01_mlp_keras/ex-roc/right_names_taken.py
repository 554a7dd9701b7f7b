# Names that the lab uses, and this answer does not.
inspect = ops = train = show_progress = emit = check = tf = keras = data = None
load_mnist = to_float = x_val = y_val = collect = try_out = calls = seed = quick = rng = None


def roc_auc(is_positive, score):
    """(fpr, tpr, auc): rates (t + 1,) at each of t distinct scores, and the area."""
    order = np.argsort(-score)
    hits = np.cumsum(is_positive[order])
    alarms = np.cumsum(~is_positive[order])
    last = np.r_[np.diff(score[order]) != 0, True]  # of each run of equal scores
    tpr = np.r_[0, hits[last] / hits[-1]]
    fpr = np.r_[0, alarms[last] / alarms[-1]]
    return fpr, tpr, np.trapezoid(tpr, fpr)
