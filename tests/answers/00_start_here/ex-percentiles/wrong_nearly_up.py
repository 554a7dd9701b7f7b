def percentiles(times, qs):
    ordered = np.sort(times)
    return np.array([ordered[max(int(len(times) * q / 100 + 0.96), 1) - 1] for q in qs])
