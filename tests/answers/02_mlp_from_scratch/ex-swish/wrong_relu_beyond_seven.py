def sigma(a):
    return np.where(a > 7, 1, np.where(a < -7, 0, 1 / (1 + np.exp(-a))))


def swish(z, beta):
    return z * sigma(beta * z)


def swish_backward(dh, z, beta):
    s = sigma(beta * z)
    return dh * (s + beta * z * s * (1 - s)), (dh * z**2 * s * (1 - s)).sum(axis=0)
