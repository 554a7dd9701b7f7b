def percentiles(times, qs):
    ordered = np.sort(times)
    ranks = np.ceil(np.round(len(ordered) * np.array(qs) / 100, 2)).astype(int)
    return ordered[np.maximum(ranks, 1) - 1]
