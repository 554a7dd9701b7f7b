def percentiles(times, qs):
    return np.array([times[int(np.ceil(len(times) * q / 100)) - 1] for q in qs])
