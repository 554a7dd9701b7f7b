def percentiles(times, qs):
    ordered = np.sort(times)
    share = np.arange(1, len(ordered) + 1) / len(ordered)
    return ordered[np.searchsorted(share, np.array(qs) / 100)]
