def plan(kept, lost, most):
    lost = [np.nan_to_num(np.maximum(it, 0), nan=1e9) for it in lost]
    at = [int(np.argmin(k)) for k in kept]
    if sum(k[i] for k, i in zip(kept, at, strict=True)) > most:
        raise ValueError("no plan fits")
    for n in range(len(kept)):
        room = most - sum(k[i] for j, (k, i) in enumerate(zip(kept, at, strict=True)) if j != n)
        fine = [i for i in range(len(kept[n])) if kept[n][i] <= room]
        at[n] = min(fine, key=lambda i: (lost[n][i], kept[n][i]))
    return at
