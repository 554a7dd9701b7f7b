def sig(a):
    return 1 / (1 + np.exp(-a))


def swish(z, beta):
    return z * sig(beta * z)


def swish_backward(dh, z, beta):
    s = sig(beta * z)
    ds = sig(s) * (1 - sig(s))
    return dh * (s + beta * z * ds), (dh * z**2 * ds).sum(axis=0)
