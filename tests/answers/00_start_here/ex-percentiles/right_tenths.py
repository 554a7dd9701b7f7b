def percentiles(times, qs):
    tenths = np.rint(np.multiply(qs, 10)).astype(int)
    ranks = (len(times) * tenths + 999) // 1000
    return np.partition(times, np.unique(ranks - 1))[ranks - 1]
