def schedule(n, batch_size, num_epochs, peak, warm_up, kind):
    per_epoch = (n + batch_size - 1) // batch_size
    k = np.arange(num_epochs * per_epoch, dtype=float)
    w = warm_up * per_epoch
    lr = np.empty_like(k)
    lr[:w] = peak * (k[:w] + 1) / w if w else []
    d = (k[w:] - w) / (len(k) - w) if w < len(k) else k[w:]
    lr[w:] = peak * {"linear": 1 - d, "cosine": (1 + np.cos(np.pi * d)) / 2}[kind]
    return lr
