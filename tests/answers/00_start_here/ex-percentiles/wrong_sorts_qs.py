def percentiles(times, qs):
    ordered = np.sort(times)
    return np.array([ordered[int(np.ceil(len(times) * q / 100)) - 1] for q in sorted(qs)])
