def loss_and_gradient(logits, y):
    has = (y >= 0).astype("float32")
    z = (logits - np.max(logits, axis=1, keepdims=True)).astype("float32")
    e = np.exp(z)
    s = e.sum(axis=1)
    truth = np.where(has > 0, y, 0)
    losses = np.log(s) - z[np.arange(len(y)), truth]
    p = e / s[:, None]
    p[np.arange(len(y)), truth] -= 1
    return (losses * has).sum() / has.sum(), p * has[:, None] / has.sum()
