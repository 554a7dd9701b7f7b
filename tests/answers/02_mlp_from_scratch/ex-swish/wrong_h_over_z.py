from scipy.special import expit


def swish(z, beta):
    return z * expit(beta * z)


def swish_backward(dh, z, beta):
    s = expit(beta * z)
    h = z * s
    dz = dh * (h / z + beta * h * (1 - s))
    dbeta = (dh * z**2 * s * (1 - s)).sum(axis=0)
    return dz, dbeta
