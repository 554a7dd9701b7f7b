def predict(fp32, macs, factor):
    t = medians(fp32)
    share = sum(t[n] for n in t if n in macs) / sum(t.values())
    return 1 / (1 - share + share / factor)


def explain(fp32, int8, factor):
    a, b = medians(fp32), medians(int8)
    names = sorted(a.keys() | b.keys())
    before = np.array([a.get(n, np.nan) for n in names])
    after = np.array([b.get(n, np.nan) for n in names])
    worse = np.nan_to_num(after, nan=-np.inf) - np.nan_to_num(before) / factor
    return dict(
        speed_up=np.nansum(before) / np.nansum(after),
        saved=np.nansum(np.maximum(before - after, 0)),
        lost=np.nansum(np.maximum(after - before, 0)),
        removed=before[np.isnan(after)].sum(),
        added=after[np.isnan(before)].sum(),
        guilty=names[int(worse.argmax())],
    )


def scaling(one, two):
    a, b = medians(one), medians(two)
    stuck = tuple(n for n in a if b[n] > 0.8 * a[n])
    with np.errstate(divide="ignore"):
        return stuck, np.divide(sum(a.values()), sum(a[n] for n in stuck))
