def percentiles(times, qs):
    ranks = np.ceil(np.nextafter(np.array(qs) / 100 * len(times), 0)).astype(int)
    return np.sort(times)[ranks - 1]
