import math


def swish(z, beta):
    out = np.zeros(z.shape, "float32")
    for i, j in np.ndindex(z.shape):
        a = beta[j] * z[i, j]
        s = 1 / (1 + math.exp(-a)) if a > 0 else math.exp(a) / (1 + math.exp(a))
        out[i, j] = z[i, j] * s
    return out


def swish_backward(dh, z, beta):
    dz, dbeta = np.zeros(z.shape, "float32"), np.zeros(len(beta), "float32")
    for i, j in np.ndindex(z.shape):
        a = beta[j] * z[i, j]
        s = 1 / (1 + math.exp(-a)) if a > 0 else math.exp(a) / (1 + math.exp(a))
        dz[i, j] = dh[i, j] * (s + a * s * (1 - s))
        dbeta[j] += dh[i, j] * z[i, j] ** 2 * s * (1 - s)
    return dz, dbeta
