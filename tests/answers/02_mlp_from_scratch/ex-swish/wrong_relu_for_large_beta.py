def swish(z, beta):
    far = np.maximum(z, 0) * (beta > 0) + np.minimum(z, 0) * (beta < 0)
    return np.where(np.abs(beta) > 5, far, z / (1 + np.exp(-beta * z)))


def swish_backward(dh, z, beta):
    s = 1 / (1 + np.exp(-beta * z))
    return dh * (s + beta * z * s * (1 - s)), (dh * z**2 * s * (1 - s)).sum(axis=0)
