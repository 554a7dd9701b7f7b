def swish(z, beta):
    return z * (1 + np.tanh(beta * z / 2)) / 2


def swish_backward(dh, z, beta):
    t = np.tanh(beta * z / 2)
    h = z * (1 + t) / 2
    dz = dh * (h * beta * (1 - t) + 1 + t) / 2
    return [dz, np.einsum("nm,nm->m", dh, h * z * (1 - t) / 2)]
