def swish(z, beta):
    global kept
    kept = 1 / (1 + np.exp(-beta * z))
    return z * kept


def swish_backward(dh, z, beta):
    return dh * (kept + beta * z * kept * (1 - kept)), (dh * z**2 * kept * (1 - kept)).sum(axis=0)
