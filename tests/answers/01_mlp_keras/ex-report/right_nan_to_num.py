from collections import OrderedDict


def report(counts):
    hit = np.einsum("ii->i", counts)
    with np.errstate(all="ignore"):
        p, r = np.nan_to_num(hit / counts.sum(0)), np.nan_to_num(hit / counts.sum(1))
        f1 = np.nan_to_num(2 / (1 / p + 1 / r))
    return OrderedDict(
        accuracy=float(hit.sum() / counts.sum()), precision=p, recall=r, f1=f1, macro_f1=float(np.mean(f1))
    )
