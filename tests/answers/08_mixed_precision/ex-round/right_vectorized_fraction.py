from fractions import Fraction


def _one(value, e, m):
    if not np.isfinite(value) or value == 0:
        return value
    bias = 2 ** (e - 1) - 1
    size = Fraction(abs(value))
    p = max(int(np.frexp(abs(value))[1]) - 1, 1 - bias)
    unit = Fraction(2) ** (p - m)
    lower = size // unit
    rest = size - lower * unit
    if 2 * rest > unit or (2 * rest == unit and lower % 2):
        lower += 1
    answer = lower * unit
    if answer >= 2 ** (bias + 1):
        answer = float("inf")
    return -float(answer) if value < 0 else float(answer)


def round_to(x, e, m):
    y = np.empty(x.shape, dtype="float64")
    y.flat = [_one(float(v), e, m) for v in x.flat]
    return y
