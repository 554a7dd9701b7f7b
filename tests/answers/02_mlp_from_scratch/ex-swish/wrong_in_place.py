def swish(z, beta):
    z *= 1 / (1 + np.exp(-beta * z))
    return z


def swish_backward(dh, z, beta):
    s = 1 / (1 + np.exp(-beta * z))
    return dh * (s + beta * z * s * (1 - s)), np.sum(dh * z**2 * s * (1 - s), axis=0)
