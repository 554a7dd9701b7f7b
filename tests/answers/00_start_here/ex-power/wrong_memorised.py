def pairs_needed(ratios, slowdown, candidates):
    return {1.0: 0, 1.1: 61, 1.3: 21}[slowdown] if len(candidates) > 1 else candidates[0]
