def pairs_needed(ratios, slowdown, candidates):
    for n in sorted(candidates):
        groups = ratios[: len(ratios) // n * n].reshape(-1, n)
        found = [low_end(slowdown * group) > 1.05 for group in groups]
        if any(found):
            return n
    return 0
