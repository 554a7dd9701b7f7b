from decimal import ROUND_HALF_EVEN, Decimal, getcontext


def round_to(x, e, m):
    getcontext().prec = 1200
    bias = 2 ** (e - 1) - 1
    out = []
    for v in x.flatten().tolist():
        if v != v or v in (float("inf"), float("-inf")) or v == 0:
            out.append(v)
            continue
        p = int(np.floor(np.log2(abs(v)))) if abs(v) > 1e-300 else -1000
        while 2.0**p > abs(v):
            p -= 1
        while p < 1023 and 2.0 ** (p + 1) <= abs(v):
            p += 1
        p = max(p, 1 - bias)
        unit = Decimal(2) ** (p - m)
        y = float((Decimal(v) / unit).quantize(Decimal(1), rounding=ROUND_HALF_EVEN) * unit)
        largest = (2 - 2.0**-m) * 2.0**bias
        if abs(y) > largest:
            y = float("inf")
        out.append(float(np.copysign(y, v)))
    return np.asarray(out, dtype=np.float64).reshape(x.shape)
