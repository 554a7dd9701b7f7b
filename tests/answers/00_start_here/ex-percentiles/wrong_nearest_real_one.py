def percentiles(times, qs):
    guess = np.percentile(times, qs)
    return np.array([times[np.argmin(np.abs(times - g))] for g in guess])
