def percentiles(times, qs):
    ordered = np.unique(times)
    return ordered[np.ceil(len(ordered) * np.asarray(qs) / 100).astype(int) - 1]
