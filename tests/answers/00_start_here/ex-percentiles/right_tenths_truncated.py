def percentiles(times, qs):
    ordered, n = np.sort(times), len(times)
    return np.array([ordered[-(-n * int(q * 10) // 1000) - 1] for q in qs])
