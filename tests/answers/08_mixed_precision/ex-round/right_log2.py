def round_to(x, e, m):
    def spacing_at(size):
        p = np.floor(np.log2(size, out=np.full(size.shape, -2000.0), where=size > 0))
        p = np.where(2.0 ** np.clip(p, -1000, 1000) > size, p - 1, p)
        return 2.0 ** (np.clip(p, 1 - bias, bias + 1) - m)

    bias = 2 ** (e - 1) - 1
    with np.errstate(all="ignore"):
        s = spacing_at(np.abs(x))
        n, rest = np.divmod(np.abs(x), s)
        n = n + ((rest > s / 2) | ((rest == s / 2) & (n % 2 == 1)))
        y = n * s
        y = np.where((y > (2 - 2.0**-m) * 2.0**bias) | np.isinf(x), np.inf, y)
    return np.where(np.isnan(x), x, np.copysign(y, x))
