def sigma(z, beta):
    return np.where(np.abs(z) > 100, beta * z > 0, 1 / (1 + np.exp(-beta * z)))


def swish(z, beta):
    return z * sigma(z, beta)


def swish_backward(dh, z, beta):
    s = sigma(z, beta)
    return dh * (s + beta * z * s * (1 - s)), (dh * z**2 * s * (1 - s)).sum(axis=0)
