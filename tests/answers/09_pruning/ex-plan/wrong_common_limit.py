def plan(kept, lost, most):
    limits = sorted(x for it in lost for x in it if x == x)
    for limit in limits:
        levels = []
        for k, it in zip(kept, lost, strict=True):
            fine = [i for i in range(len(k)) if it[i] <= max(limit, 0)]
            levels.append(min(fine, key=lambda i: k[i]) if fine else int(np.argmax(k)))
        if sum(k[i] for k, i in zip(kept, levels, strict=True)) <= most:
            return levels
    raise ValueError("no plan fits")
