def layer_backward(dh, x, w, b):
    n, d = x.shape
    m = len(b)
    dx, dw, db = np.zeros((n, d)), np.zeros((d, m)), np.zeros(m)
    for i in range(n):
        for k in range(m):
            if sum(x[i, j] * w[j, k] for j in range(d)) + b[k] <= 0:
                continue
            db[k] += dh[i, k]
            for j in range(d):
                dx[i, j] += dh[i, k] * w[j, k]
                dw[j, k] += dh[i, k] * x[i, j]
    return [dx, dw, db]
