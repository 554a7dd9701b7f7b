def percentiles(times, qs):
    return np.percentile(times, qs, method="closest_observation")
