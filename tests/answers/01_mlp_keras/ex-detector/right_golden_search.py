def choose_threshold(scores, is_rare, floor):
    values, which = np.unique(scores, return_inverse=True)
    rare = np.bincount(which, is_rare)[::-1].cumsum()[::-1]
    all_ = np.bincount(which)[::-1].cumsum()[::-1]
    ok = rare / all_ >= floor
    rare[~ok] = -1
    return np.inf if not np.any(ok) else values[np.flatnonzero(rare == rare.max())[-1]]


def detector(x_train, train_is_rare, x_val, val_is_rare, floor):
    seen = {}

    def reach(log_weight):
        if log_weight not in seen:
            score = train(x_train, train_is_rare, 10.0**log_weight)
            on_val = score(x_val)
            t = choose_threshold(on_val, val_is_rare, floor)
            seen[log_weight] = (on_val[val_is_rare] >= t).mean(), score, t
        return seen[log_weight][0]

    at, step = 0.0, 0.8
    for _ in range(4):
        at = max((at - step, at, at + step), key=reach)
        step /= 2
    return seen[at][1:]
