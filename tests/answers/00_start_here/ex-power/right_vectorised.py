def pairs_needed(ratios, slowdown, candidates):
    enough = [0]
    for n in candidates:
        groups = slowdown * ratios[: len(ratios) // n * n].reshape(-1, n)
        lows = np.apply_along_axis(low_end, 1, groups)
        if (lows > 1.05).mean() > 0.95 - 1e-12:
            enough.append(n)
    return min(enough[1:], default=0)
