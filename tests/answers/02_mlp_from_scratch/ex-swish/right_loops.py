from math import exp


def _s(a):
    return 1 / (1 + exp(-a)) if a > -700 else 0.0


def swish(z, beta):
    return np.array([[v * _s(v * b) for v, b in zip(row, beta)] for row in z])


def swish_backward(dh, z, beta):
    dz, db = np.zeros(z.shape), np.zeros(len(beta))
    for i, row in enumerate(z):
        for j, v in enumerate(row):
            s = _s(v * beta[j])
            t = _s(-v * beta[j]) * s
            dz[i, j] = dh[i, j] * (s + v * beta[j] * t)
            db[j] += dh[i, j] * v * v * t
    return dz, db
