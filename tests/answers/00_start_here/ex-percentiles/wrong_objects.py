def percentiles(times, qs):
    ordered = np.sort(times)
    n = len(ordered)
    return np.array([ordered[int(np.ceil(round(n * q / 100, 6))) - 1] for q in qs], object)
