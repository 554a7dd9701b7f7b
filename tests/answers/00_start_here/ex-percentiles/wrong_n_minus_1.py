def percentiles(times, qs):
    ordered = np.sort(times)
    n = len(ordered)
    return np.array([ordered[int(np.ceil(round((n - 1) * q / 100, 6)))] for q in qs])
