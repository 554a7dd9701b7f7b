def loss_and_gradient(logits, y):
    k = int((y >= 0).sum())
    z = logits[:k] - logits[:k].max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    y1 = y[y >= 0]
    g = np.zeros_like(logits)
    g[:k] = np.exp(log_p)
    g[np.arange(k), y1] -= 1
    return -log_p[np.arange(k), y1].mean(), g / k
