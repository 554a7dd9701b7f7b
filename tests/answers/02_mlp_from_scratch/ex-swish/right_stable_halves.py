def _sigma(a):
    e = np.exp(-np.abs(a))
    return np.where(a >= 0, 1, e) / (1 + e)


def swish(z, beta):
    return _sigma(beta * z) * z


def swish_backward(dh, z, beta):
    a = np.multiply(beta, z)
    slope = np.exp(-np.abs(a)) / (1 + np.exp(-np.abs(a))) ** 2
    return dh * (_sigma(a) + a * slope), np.add.reduce(dh * slope * z * z, axis=0)
