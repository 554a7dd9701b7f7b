def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def swish(z, beta):
    return z * sigmoid(beta * z)


def swish_backward(dh, z, beta):
    s = sigmoid(beta * z)
    dz = dh * s
    dbeta = dh * z**2 * s * (1 - s)
    return dz, dbeta.sum(axis=0)
