def percentiles(times, qs):
    return np.percentile(times, qs, method="inverted_cdf")
