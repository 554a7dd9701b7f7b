def loss_and_gradient(logits, y):
    mask = (np.sign(y + 0.5) + 1) / 2
    z = logits - logits.max(axis=1)[:, None]
    lse = np.log(np.exp(z).sum(axis=1))
    picked = np.take_along_axis(z, np.where(y < 0, 0, y)[:, None], axis=1)[:, 0]
    loss = np.average(lse - picked, weights=mask)
    p = np.exp(z - lse[:, None])
    hot = np.arange(z.shape[1]) == y[:, None]
    return np.array(loss), ((p - hot) * mask[:, None] / mask.sum()).astype(np.float32)
