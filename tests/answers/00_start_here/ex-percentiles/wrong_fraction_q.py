def percentiles(times, qs):
    ordered = np.sort(times)
    n = len(ordered)
    return np.array([ordered[int(np.ceil(round(n * q, 6))) - 1 if q <= 1 else -1] for q in qs])
