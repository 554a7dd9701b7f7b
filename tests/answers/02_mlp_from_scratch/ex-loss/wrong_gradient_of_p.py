def loss_and_gradient(logits, y):
    rows = np.flatnonzero(y >= 0)
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    g = np.zeros_like(logits)
    g[rows, y[rows]] = -1 / np.maximum(np.exp(log_p[rows, y[rows]]), 1e-12)
    return -log_p[rows, y[rows]].mean(), g / len(rows)
