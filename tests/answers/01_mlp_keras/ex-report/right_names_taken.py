# Names that the lab uses, and this answer does not.
inspect = ops = train = show_progress = emit = check = tf = keras = data = None
load_mnist = to_float = x_val = y_val = collect = try_out = calls = seed = quick = rng = None


def report(counts):
    """accuracy, precision, recall, f1, macro_f1: a dict, of a confusion matrix (c, c)."""
    right, true, called = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)  # (c,)
    f1 = 2 * right / np.maximum(true + called, 1)
    return {
        "accuracy": right.sum() / counts.sum(),
        "precision": right / np.maximum(called, 1),
        "recall": right / np.maximum(true, 1),
        "f1": f1,
        "macro_f1": f1.mean(),
    }
