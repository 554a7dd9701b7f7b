def loss_and_gradient(logits, y):
    has = y >= 0
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    g = np.exp(log_p)
    g[has, y[has]] -= 1
    g[~has] = 0
    return -log_p[has, y[has]].mean(), np.round(g / has.sum(), 4)
