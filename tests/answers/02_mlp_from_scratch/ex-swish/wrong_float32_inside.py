def swish(z, beta):
    return z / (1 + np.exp(-beta * z))


def swish_backward(dh, z, beta):
    a = beta * z
    s = 1 / (1 + np.exp(-a.astype(np.float32)))
    dz = dh * (s + a * s * (1 - s))
    dbeta = (dh * z**2 * s * (1 - s)).sum(axis=0)
    return dz, dbeta
