def fixed_point(factor):
    mantissa, exponent = np.frexp(factor)
    m0 = np.round(mantissa * 2.0**31).astype(np.int64)
    shift = 31 - exponent.astype(np.int64)
    top = m0 == 2**31
    m0 = np.where(top, 2**30, m0)
    shift = np.where(top, shift - 1, shift)
    return m0, shift


def integer_linear(x, x_zero, w, b, m0, shift, y_zero):
    acc = (x.astype(np.int32) - x_zero) @ w.astype(np.int32).T + b
    acc = acc.astype(np.int64)
    y = ((acc * m0[:, None] + (1 << (shift[:, None] - 1))) >> shift[:, None]) + y_zero
    return np.clip(y, 0, 255).astype(np.uint8)
