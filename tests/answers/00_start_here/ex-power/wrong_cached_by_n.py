_power = {}


def pairs_needed(ratios, slowdown, candidates):
    for n in sorted(candidates):
        if (n, slowdown) not in _power:
            groups = ratios[: len(ratios) // n * n].reshape(-1, n)
            _power[n, slowdown] = np.mean([low_end(slowdown * g) > 1.05 for g in groups])
        if _power[n, slowdown] >= 0.95:
            return n
    return 0
