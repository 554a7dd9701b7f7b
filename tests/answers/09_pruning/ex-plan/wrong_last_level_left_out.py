def plan(kept, lost, most):
    found = []
    for levels in itertools.product(*(range(max(1, len(k) - 1)) for k in kept)):
        left = sum(k[i] for k, i in zip(kept, levels, strict=True))
        loss = sum(np.maximum(it[i], 0) for it, i in zip(lost, levels, strict=True))
        if left <= most and not np.isnan(loss):
            found.append((loss, left, levels))
    if not found:
        raise ValueError("no plan fits")
    return list(min(found)[2])
