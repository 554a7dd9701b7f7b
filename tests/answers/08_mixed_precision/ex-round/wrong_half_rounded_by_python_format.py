def round_to(x, e, m):
    bias = 2 ** (e - 1) - 1
    largest = (2 - 2.0**-m) * 2.0**bias
    digits = int((m + 1) * 0.30103) + 1
    flat = [float(f"{v:.{digits}g}") for v in x.ravel()]
    y = np.array(flat).reshape(x.shape)
    return np.where(np.abs(y) > largest, np.copysign(np.inf, y), y)
