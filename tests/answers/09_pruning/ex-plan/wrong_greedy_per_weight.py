def plan(kept, lost, most):
    at = [0] * len(kept)
    while sum(k[i] for k, i in zip(kept, at, strict=True)) > most:
        moves = []
        for n, (k, it, i) in enumerate(zip(kept, lost, at, strict=True)):
            if i + 1 < len(k):
                moves.append(
                    ((np.nan_to_num(max(it[i + 1], 0), nan=1e9) - max(it[i], 0)) / (k[i] - k[i + 1]), n)
                )
        if not moves:
            raise ValueError("no plan fits")
        at[min(moves)[1]] += 1
    return at
