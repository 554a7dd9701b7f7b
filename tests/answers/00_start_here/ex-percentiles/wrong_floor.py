def percentiles(times, qs):
    ordered = np.sort(times)
    return np.array([ordered[min(int(len(times) * q / 100), len(times) - 1)] for q in qs])
