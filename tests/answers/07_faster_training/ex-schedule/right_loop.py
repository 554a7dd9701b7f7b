import math


def schedule(n, batch_size, num_epochs, peak, warm_up, kind):
    per_epoch = math.ceil(n / batch_size)
    w, steps, lr = warm_up * per_epoch, num_epochs * per_epoch, []
    for k in range(steps):
        d = (k - w) / (steps - w) if k >= w else 0
        shape = 1 - d if kind == "linear" else math.cos(math.pi * d / 2) ** 2
        lr.append(peak * ((k + 1) / w if k < w else shape))
    return np.array(lr)
