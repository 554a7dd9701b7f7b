def percentiles(times, qs):
    ordered = np.sort(times)
    share = 100 * np.array([np.mean(times < t) for t in ordered[:2000]])
    return np.array([ordered[min(np.sum(share < q - 1e-9), len(ordered) - 1)] for q in qs])
