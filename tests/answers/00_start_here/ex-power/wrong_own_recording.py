def pairs_needed(ratios, slowdown, candidates):
    for n in sorted(candidates):
        groups = aa_ratios[: len(ratios) // n * n].reshape(-1, n)
        if np.mean([low_end(slowdown * g) > 1.05 for g in groups]) >= 0.95:
            return n
    return 0
