def percentiles(times, qs):
    ordered = np.sort(times)
    return np.array([ordered[int((len(ordered) * q + 99) // 100) - 1] for q in qs])
