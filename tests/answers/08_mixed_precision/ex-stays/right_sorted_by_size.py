def must_stay(operations, x, half, most_error):
    names = [pair[0] for pair in operations]
    sets = sorted((set(c) for k in range(len(names) + 1) for c in itertools.combinations(names, k)), key=len)
    plain = run(operations, x, lambda v: v)
    scale = np.max(np.absolute(plain))
    scored = []
    for kept in sets:
        y = run(operations, x, half, kept)
        worst = np.max(np.absolute(y - plain)) if np.all(np.isfinite(y)) else np.inf
        if worst / scale <= most_error:
            scored.append((len(kept), worst, [n for n in names if n in kept]))
    return min(scored, key=lambda row: (row[0], row[1]))[2]
