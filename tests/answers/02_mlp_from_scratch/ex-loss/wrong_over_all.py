def loss_and_gradient(logits, y):
    rows = np.flatnonzero(y >= 0)
    z = logits[rows] - logits[rows].max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    gradient = np.zeros(logits.shape)
    gradient[rows] = np.exp(log_p)
    gradient[rows, y[rows]] -= 1
    loss = -log_p[np.arange(len(rows)), y[rows]].sum() / len(y)
    return loss, gradient / len(y)
