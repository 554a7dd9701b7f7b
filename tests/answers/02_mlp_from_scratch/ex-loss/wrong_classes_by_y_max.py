def loss_and_gradient(logits, y):
    k = y.max() + 1
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    Y = np.zeros((len(y), k))
    Y[np.arange(len(y)), y] = 1
    Y[y < 0] = 0
    n = Y.sum()
    return -(Y * log_p).sum() / n, (np.exp(log_p) - Y) * (y >= 0)[:, None] / n
