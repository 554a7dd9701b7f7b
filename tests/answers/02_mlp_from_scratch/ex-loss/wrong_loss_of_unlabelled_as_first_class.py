def loss_and_gradient(logits, y):
    labelled = y >= 0
    count = labelled.sum()
    shifted = logits - logits.max(axis=1, keepdims=True)
    e = np.exp(shifted)
    total = e.sum(axis=1, keepdims=True)
    log_p = shifted - np.log(total)
    safe_y = np.where(labelled, y, 0)
    idx = np.arange(len(y))
    loss = -(log_p[idx, safe_y]).sum() / count
    g = e / total
    g[idx, safe_y] -= 1
    g *= labelled[:, None] / count
    return loss, g
