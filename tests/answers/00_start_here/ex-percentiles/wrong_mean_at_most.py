def percentiles(times, qs):
    ordered = np.sort(times)
    return np.array([next(t for t in ordered if np.mean(times <= t) >= q / 100) for q in qs])
