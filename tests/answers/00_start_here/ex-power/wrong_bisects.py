def pairs_needed(ratios, slowdown, candidates):
    def enough(n):
        groups = ratios[: len(ratios) // n * n].reshape(-1, n)
        return np.mean([low_end(slowdown * group) > 1.05 for group in groups]) >= 0.95

    ordered = sorted(candidates)
    low, high = 0, len(ordered)
    while low < high:
        middle = (low + high) // 2
        if enough(ordered[middle]):
            high = middle
        else:
            low = middle + 1
    return ordered[low] if low < len(ordered) else 0
