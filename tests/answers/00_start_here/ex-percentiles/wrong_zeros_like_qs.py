from math import ceil


def percentiles(times, qs):
    ordered, n = np.sort(times), len(times)
    out = np.zeros_like(qs)
    for i, q in enumerate(qs):
        out[i] = ordered[ceil(round(n * q / 100, 6)) - 1]
    return out
