def round_to(x, e, m):
    bias = 2 ** (e - 1) - 1
    with np.errstate(all="ignore"):
        p = np.exp2(np.clip(np.frexp(x)[1] - 1.0, 1 - bias, 1100))
        unit = p * 2.0**-m
        n = x / unit
        whole = np.trunc(n)
        rest = np.abs(n - whole)
        odd = np.abs(whole) % 2 == 1
        whole = whole + np.sign(x) * ((rest > 0.5) | ((rest == 0.5) & odd))
        y = np.copysign(whole * unit, x)
    y = np.where(np.isfinite(x), y, x)
    y[np.abs(y) > (2 - 0.5**m) * 2.0**bias] *= np.inf
    return y
