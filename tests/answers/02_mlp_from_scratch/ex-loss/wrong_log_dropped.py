def loss_and_gradient(logits, y):
    has = y >= 0
    z = logits - logits.max(axis=1, keepdims=True)
    e = np.exp(z)
    p = e / e.sum(axis=1, keepdims=True)
    zy, py = z[has, y[has]], p[has, y[has]]
    with np.errstate(all="ignore"):
        loss = np.where(py > 0, -np.log(py), -zy).mean()
    g = p.copy()
    g[has, y[has]] -= 1
    g[~has] = 0
    return loss, g / has.sum()
