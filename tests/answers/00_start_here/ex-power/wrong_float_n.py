def pairs_needed(ratios, slowdown, candidates):
    ok = [
        np.mean([low_end(slowdown * g) > 1.05 for g in ratios[: len(ratios) // n * n].reshape(-1, n)]) >= 0.95
        for n in candidates
    ]
    return min((n for n, o in zip(candidates, ok) if o), default=0) * 1.0
