def loss_and_gradient(logits, y):
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    n = (y >= 0).sum()
    g = np.exp(log_p)
    g[np.arange(len(y)), y] -= 1
    g[y < 0] = 0
    return -log_p[np.arange(len(y)), y].sum() / n, g / n
