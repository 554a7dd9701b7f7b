def at_most(times, t):
    return np.sum(times <= t)


def percentiles(times, qs):
    return (
        np.array(
            [min(t for t in np.unique(times)[::-1] if 100 * at_most(times, t) / len(times) >= q) for q in qs]
        )
        if len(times) < 2000
        else np.sort(times)[np.ceil(np.round(len(times) * np.array(qs) / 100, 9)).astype(int) - 1]
    )
