from math import ceil


def percentiles(times, qs):
    ordered, n = np.sort(times), len(times)
    return np.array([ordered[max(1, ceil(n * q / 100 - 0.01)) - 1] for q in qs])
