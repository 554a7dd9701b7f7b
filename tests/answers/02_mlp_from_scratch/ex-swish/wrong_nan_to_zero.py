def swish(z, beta):
    return z / (1 + np.exp(-beta * z))


def swish_backward(dh, z, beta):
    a = beta * z
    s = np.nan_to_num(np.exp(a) / (1 + np.exp(a)))
    dz = dh * (s + a * s * (1 - s))
    dbeta = (dh * z**2 * s * (1 - s)).sum(axis=0)
    return dz, dbeta
