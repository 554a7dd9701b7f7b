def power(ratios, n):
    cut = [ratios[i * n : i * n + n] for i in range(len(ratios) // n)]
    return sum(low_end(group) > 1.05 for group in cut) / len(cut)


def pairs_needed(ratios, slowdown, candidates):
    scaled = np.array(ratios) * slowdown
    return next((n for n in np.sort(candidates) if power(scaled, n) >= 0.95), 0)
