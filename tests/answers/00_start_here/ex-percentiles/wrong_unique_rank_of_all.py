def percentiles(times, qs):
    values = sorted(set(times))
    counts = [np.sum(times == v) for v in values]
    return np.array([values[min(int(np.ceil(len(times) * q / 100)), len(values)) - 1] for q in qs])
