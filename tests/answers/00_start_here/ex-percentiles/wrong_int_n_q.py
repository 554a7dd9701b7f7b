def percentiles(times, qs):
    ordered = np.sort(times)
    n = len(ordered)
    return np.array([ordered[max(int(n * q / 100) - 1, 0)] for q in qs])
