def pairs_needed(ratios, slowdown, candidates):
    if len(candidates) == 0:
        return 0
    least = min(candidates)
    misses = total = 0
    for start in range(0, len(ratios) - least + 1, least):
        total += 1
        if not low_end(np.multiply(ratios[start : start + least], slowdown)) > 1.05:
            misses += 1
    if misses * 20 <= total:
        return least
    return pairs_needed(ratios, slowdown, [c for c in candidates if c != least])
