def loss_and_gradient(logits, y):
    on = y >= 0
    z = np.maximum(logits - logits.max(axis=1, keepdims=True), -700)
    e = np.exp(z)
    s = e.sum(axis=1, keepdims=True)
    n = on.sum()
    i = np.arange(len(y))
    loss = -((z - np.log(s))[i, y] * on).sum() / n
    p = e / s
    p[i, y] -= 1
    return loss, p * on[:, None] / n
