from fractions import Fraction


def fixed_point(factor):
    m0, shift = [], []
    for value in factor.tolist():
        s = 30
        while round(Fraction(value) * Fraction(2) ** s) < 2**30:
            s += 1
        while round(Fraction(value) * Fraction(2) ** s) >= 2**31:
            s -= 1
        m0.append(round(Fraction(value) * Fraction(2) ** s))
        shift.append(s)
    return m0, shift


def integer_linear(x, x_zero, w, b, m0, shift, y_zero):
    y = np.empty((len(x), len(b)), np.uint8)
    for i, row in enumerate(x.tolist()):
        for j, column in enumerate(w.tolist()):
            acc = sum((u - x_zero) * v for u, v in zip(row, column)) + int(b[j])
            value = (acc * int(m0[j]) + (1 << int(shift[j]) - 1) >> int(shift[j])) + y_zero
            y[i, j] = min(max(value, 0), 255)
    return y
