def percentiles(times, qs):
    ordered = np.sort(times)
    n = len(ordered)
    return np.array([ordered[int(np.ceil(n * q / 100)) - 1] for q in qs])
