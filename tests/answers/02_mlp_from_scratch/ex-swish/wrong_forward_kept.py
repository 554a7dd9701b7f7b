kept = {}


def swish(z, beta):
    kept["s"] = 1 / (1 + np.exp(-beta * z))
    return z * kept["s"]


def swish_backward(dh, z, beta):
    a = beta * z
    s = kept["s"]
    dz = dh * (s + a * s * (1 - s))
    dbeta = (dh * z**2 * s * (1 - s)).sum(axis=0)
    return dz, dbeta
