def percentiles(times, qs):
    ordered = np.sort(times)
    found = {q: ordered[int(np.ceil(len(times) * q / 100)) - 1] for q in qs}
    return np.array(list(found.values()))
