import heapq
from decimal import ROUND_CEILING, Decimal


def percentiles(times, qs):
    n = Decimal(len(times))
    result = np.empty(len(qs), times.dtype)
    for i, q in enumerate(qs):
        k = int((Decimal(repr(float(q))) * n / 100).to_integral_value(ROUND_CEILING))
        result[i] = heapq.nsmallest(k, times.tolist())[-1]
    return result
