from fractions import Fraction


def percentiles(times, qs):
    values, counts = np.unique(times, return_counts=True)
    upto = np.cumsum(counts)
    need = [Fraction(q).limit_denominator(10) * len(times) / 100 for q in qs]
    return np.array([next(v for v, c in zip(values, upto) if c >= k) for k in need])
