def plan(kept, lost, most):
    found = []
    for levels in itertools.product(*(range(len(k)) for k in kept)):
        left = sum(int(k[i]) for k, i in zip(kept, levels))
        loss = sum(max(float(it[i]), 0.0) if it[i] == it[i] else float("nan") for it, i in zip(lost, levels))
        if left <= most and loss == loss:
            if loss == 0:
                return list(levels)
            found.append((loss, left, levels))
    if not found:
        raise ValueError("no plan fits")
    return list(min(found)[2])
