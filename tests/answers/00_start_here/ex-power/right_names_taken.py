np = show_progress = binom = emit = check = lab = honest = logs = log_of = None
candidates = aa_ratios = noise = None


def pairs_needed(ratios, slowdown, candidates):
    for n in sorted(candidates):
        starts = range(0, len(ratios) - n + 1, n)
        found = sum(low_end(slowdown * ratios[i : i + n]) > 1.05 for i in starts)
        if found >= 0.95 * len(starts):
            return n
    return 0
