from math import ceil


def percentiles(times, qs):
    ordered, n = np.sort(times), len(times)
    return np.array([ordered[ceil(round((n - 1) * q / 100, 6))] for q in qs])
