import math


def percentiles(times, qs):
    out = np.empty(len(qs))
    for i, q in enumerate(qs):
        k = math.ceil(q / 100 * len(times) - 1e-9)
        out[i] = sorted(times)[k - 1]
    return out
