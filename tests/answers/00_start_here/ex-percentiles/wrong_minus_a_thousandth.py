def percentiles(times, qs):
    """Nearest-rank percentiles: array (len(qs),), each one of `times` (n,)."""
    times = np.sort(times)
    n = len(times)
    out = []
    for q in qs:
        rank = max(1, int(np.ceil(q / 100 * n - 1e-3)))
        out.append(times[rank - 1])
    return np.array(out)
