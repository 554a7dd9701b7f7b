def loss_and_gradient(logits, y):
    logits -= logits.max(axis=1, keepdims=True)
    e = np.exp(logits)
    p = e / e.sum(axis=1, keepdims=True)
    has = y >= 0
    loss = (np.log(e.sum(axis=1)) - logits[np.arange(len(y)), y])[has].mean()
    p[np.arange(len(y)), y] -= 1
    p[~has] = 0
    return loss, p / has.sum()
