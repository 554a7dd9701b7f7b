def compare_pairs(pairs, confidence):
    ratios = sorted(b / a for a, b in pairs)
    n, k = len(ratios), 0
    while k < n and 2 * binom.cdf(k, n, 0.5) <= 1 - confidence:
        k += 1
    low = ratios[k - 1] if k else float("-inf")
    high = ratios[-k] if k else float("inf")
    verdict = "no difference"
    if low > 1.05:
        verdict = "slower"
    if high < 0.95:
        verdict = "faster"
    return float(np.median(ratios)), low, high, verdict
