def percentiles(times, qs):
    times.sort()
    return np.array([times[int(np.ceil(len(times) * q / 100)) - 1] for q in qs])
