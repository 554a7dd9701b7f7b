def loss_and_gradient(logits, y):
    has = y >= 0
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    p = np.exp(log_p)
    g = p.copy()
    g[has, y[has]] -= 1
    g[~has | (p.max(axis=1) > 0.99) & (p.argmax(axis=1) == y)] = 0
    hit = p[has, y[has]] > 0.99
    return -np.where(hit, 0, log_p[has, y[has]]).mean(), g / has.sum()
