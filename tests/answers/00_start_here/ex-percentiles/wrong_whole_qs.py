def percentiles(times, qs):
    ordered = sorted(times)
    return np.array([ordered[-(-len(ordered) * int(q) // 100) - 1] for q in qs])
