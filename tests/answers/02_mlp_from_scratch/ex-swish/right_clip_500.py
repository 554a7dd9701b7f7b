from scipy.special import expit


def swish(z, beta):
    return z * expit(np.clip(beta * z, -500, 500))


def swish_backward(dh, z, beta):
    s = expit(np.clip(beta * z, -500, 500))
    dz = dh * (s + beta * z * s * (1 - s))
    dbeta = (dh * z**2 * s * (1 - s)).sum(axis=0)
    return dz, dbeta
