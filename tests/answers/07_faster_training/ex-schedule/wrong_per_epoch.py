def schedule(n, batch_size, num_epochs, peak, warm_up, kind):
    per_epoch = -(-n // batch_size)
    w, steps = warm_up * per_epoch, num_epochs * per_epoch
    rising = np.arange(1, w + 1) / max(w, 1)
    done = np.arange(steps - w) / max(steps - w, 1)
    falling = 1 - done if kind == "linear" else (1 + np.cos(np.pi * done)) / 2
    lr = peak * np.concatenate([rising, falling])
    return np.repeat(lr[::per_epoch], per_epoch)
