def percentiles(times, qs):
    ordered = np.sort(times)
    n = len(ordered)
    return np.array([ordered[int(np.ceil(n / 100 * q)) - 1] for q in qs])
