def pairs_needed(ratios, slowdown, candidates):
    for n in sorted(candidates):
        groups = ratios[: len(ratios) // n * n].reshape(-1, n)
        found = [slowdown * low_end(group) > 1.05 for group in groups]
        if np.mean(found) >= 0.95:
            return n
    return 0
