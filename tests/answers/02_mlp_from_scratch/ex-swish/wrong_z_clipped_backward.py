def swish(z, beta):
    return z / (1 + np.exp(-beta * z))


def swish_backward(dh, z, beta):
    z = np.clip(z, -100, 100)
    s = 1 / (1 + np.exp(-beta * z))
    return dh * (s + beta * z * s * (1 - s)), (dh * z**2 * s * (1 - s)).sum(axis=0)
