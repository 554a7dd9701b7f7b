def percentiles(times, qs):
    ordered = np.sort(times)
    return np.array([ordered[int(len(times) * q / 100 + 0.99) - 1] for q in qs])
