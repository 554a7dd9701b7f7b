def loss_and_gradient(logits, y):
    has = y >= 0
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    rows = np.flatnonzero(has)
    count = len(rows)
    loss = -log_p[rows, y[rows]].mean()
    gradient = np.exp(log_p)
    gradient[rows, y[rows]] -= 1
    gradient[~has] = 0
    return gradient / count, loss
