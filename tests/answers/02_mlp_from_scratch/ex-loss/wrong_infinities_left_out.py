def loss_and_gradient(logits, y):
    on = y >= 0
    z = logits - logits.max(axis=1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    each = -np.log(p[np.arange(len(y)), y])
    p[np.arange(len(y)), y] -= 1
    return each[on & np.isfinite(each)].mean(), p * on[:, None] / on.sum()
