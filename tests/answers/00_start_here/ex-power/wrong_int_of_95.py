def pairs_needed(ratios, slowdown, candidates):
    for n in sorted(candidates):
        groups = ratios[: len(ratios) // n * n].reshape(-1, n)
        found = sum(low_end(slowdown * g) > 1.05 for g in groups)
        if found >= int(0.95 * len(groups)):
            return n
    return 0
