def pairs_needed(ratios, slowdown, candidates):
    def power(n):
        hits = total = 0
        for start in range(0, len(ratios) - n + 1, n):
            low = low_end(ratios[start : start + n] * slowdown)
            hits += low > 1.05
            total += 1
        return hits / total

    enough = [n for n in candidates if power(n) >= 0.95]
    return min(enough, default=0)
