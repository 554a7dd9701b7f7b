def schedule(n, batch_size, num_epochs, peak, warm_up, kind):
    per_epoch = n // batch_size + (n % batch_size > 0)
    w, steps = warm_up * per_epoch, num_epochs * per_epoch
    up, down = np.linspace(0, 1, w + 1)[1:], np.linspace(1, 0, steps - w + 1)[:-1]
    if kind == "cosine":
        down = 0.5 - 0.5 * np.cos(np.pi * down)
    return np.hstack([up, down]) * peak
