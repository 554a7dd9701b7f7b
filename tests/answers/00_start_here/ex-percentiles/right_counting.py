def percentiles(times, qs):
    found = []
    for q in qs:
        for t in sorted(times):
            if 100 * np.sum(times <= t) / len(times) >= q:
                found.append(t)
                break
    return np.array(found)
