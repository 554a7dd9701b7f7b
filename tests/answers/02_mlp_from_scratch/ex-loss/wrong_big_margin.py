def loss_and_gradient(logits, y):
    has = y >= 0
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    p = np.exp(log_p)
    big = z.min(axis=1) < -50
    p[big] = z[big] == 0
    g = p.copy()
    g[has, y[has]] -= 1
    g[~has] = 0
    log_p[big] = z[big]
    return -log_p[has, y[has]].mean(), g / has.sum()
