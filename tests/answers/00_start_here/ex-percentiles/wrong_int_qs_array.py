def percentiles(times, qs):
    ordered = np.sort(times)
    qs = np.array(qs, dtype=int)
    return ordered[(len(ordered) * qs + 99) // 100 - 1]
