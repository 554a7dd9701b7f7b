from fractions import Fraction
from math import ceil


def percentiles(times, qs):
    ordered = sorted(times)
    return np.array([ordered[ceil(len(times) * Fraction(str(q)) / 100) - 1] for q in qs])
