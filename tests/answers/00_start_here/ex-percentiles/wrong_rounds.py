def percentiles(times, qs):
    ordered = np.sort(times)
    return np.array([ordered[max(round(len(times) * q / 100), 1) - 1] for q in qs])
