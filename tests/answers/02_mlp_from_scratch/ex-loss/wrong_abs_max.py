def loss_and_gradient(logits, y):
    rows = np.flatnonzero(y >= 0)
    z = logits[rows] - np.abs(logits[rows]).max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(len(rows)), y[rows]].mean()
    g = np.zeros_like(logits)
    d = np.exp(log_p)
    d[np.arange(len(rows)), y[rows]] -= 1
    g[rows] = d / len(rows)
    return loss, g
