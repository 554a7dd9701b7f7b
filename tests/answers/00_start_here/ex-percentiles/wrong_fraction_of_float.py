from fractions import Fraction
from math import ceil


def percentiles(times, qs):
    ordered = np.sort(times)
    return np.array([ordered[ceil(Fraction(q) * len(times) / 100) - 1] for q in qs])
