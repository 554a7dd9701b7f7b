from math import ceil


def percentiles(times, qs):
    ordered, n = np.sort(times), len(times)
    found = {}
    wanted = list(qs)
    qs.sort()
    for q in qs:
        found[q] = ordered[ceil(round(n * q / 100, 6)) - 1]
    return np.array([found[q] for q in wanted])
