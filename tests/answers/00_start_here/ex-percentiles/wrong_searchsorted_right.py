def percentiles(times, qs):
    ordered = np.sort(times)
    share = 100 * np.arange(1, len(ordered) + 1) / len(ordered)
    at = np.searchsorted(share, qs, side="right")
    return ordered[np.minimum(at, len(ordered) - 1)]
