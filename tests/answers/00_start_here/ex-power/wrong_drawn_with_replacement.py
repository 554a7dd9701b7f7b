def pairs_needed(ratios, slowdown, candidates):
    rng = np.random.default_rng(0)
    for n in sorted(candidates):
        groups = rng.choice(ratios, (len(ratios) // n, n))
        if np.mean([low_end(slowdown * g) > 1.05 for g in groups]) >= 0.95:
            return n
    return 0
