_out = {}


def report(counts):
    right, true, called = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)
    _out["accuracy"] = right.sum() / counts.sum()
    _out["precision"], _out["recall"] = right / np.maximum(called, 1), right / np.maximum(true, 1)
    _out["f1"] = 2 * right / np.maximum(true + called, 1)
    _out["macro_f1"] = _out["f1"].mean()
    return _out
