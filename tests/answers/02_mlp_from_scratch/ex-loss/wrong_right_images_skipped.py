def loss_and_gradient(logits, y):
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    rows = np.flatnonzero((y >= 0) & (logits.argmax(axis=1) != y))
    g = np.zeros_like(logits)
    if not len(rows):
        return 0.0, g
    g[rows] = np.exp(log_p[rows])
    g[rows, y[rows]] -= 1
    return -log_p[rows, y[rows]].mean(), g / len(rows)
