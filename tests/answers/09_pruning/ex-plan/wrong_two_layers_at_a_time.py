def plan(kept, lost, most):
    lost = [np.where(np.isnan(it), np.inf, np.maximum(it, 0)) for it in lost]

    def key(levels):
        left = sum(int(k[i]) for k, i in zip(kept, levels, strict=True))
        loss = sum(float(it[i]) for it, i in zip(lost, levels, strict=True))
        return (loss, left) if left <= most else (np.inf, left)

    levels = [int(np.lexsort((it, k, ~np.isfinite(it)))[0]) for k, it in zip(kept, lost, strict=True)]
    if key(levels)[0] == np.inf:
        raise ValueError
    while True:
        options = []
        for a, b in itertools.combinations_with_replacement(range(len(levels)), 2):
            for i, j in itertools.product(range(len(kept[a])), range(len(kept[b]))):
                new = list(levels)
                new[a], new[b] = i, j
                options.append(new)
        best = min(options, key=key)
        if key(best) >= key(levels):
            return levels
        levels = best
