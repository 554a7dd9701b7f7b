def pairs_needed(ratios, slowdown, candidates):
    for n in sorted(candidates):
        groups = [ratios[i : i + n] for i in range(0, len(ratios) - n, n)]
        found = [low_end(slowdown * group) > 1.05 for group in groups]
        if np.mean(found) >= 0.95:
            return n
    return 0
