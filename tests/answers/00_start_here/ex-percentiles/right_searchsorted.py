def percentiles(times, qs):
    ordered = np.sort(times)
    share = 100 * np.arange(1, len(ordered) + 1) / len(ordered)
    return ordered[np.searchsorted(share, qs)]
