def compare_pairs(pairs, confidence):
    """(median, low, high, verdict) of B / A; pairs (n, 2): seconds of A and of B."""
    ratios = np.sort(pairs[:, 1] / pairs[:, 0])
    n = len(ratios)
    from scipy.stats import norm

    k = max(0, int(np.floor((n - norm.ppf((1 + confidence) / 2) * np.sqrt(n)) / 2)))
    if k:
        low, high = ratios[k - 1], ratios[-k]
    else:
        low, high = -np.inf, np.inf
    if low > 1.05:
        verdict = "slower"
    elif high < 1 / 1.05:
        verdict = "faster"
    else:
        verdict = "no difference"
    return np.median(ratios), low, high, verdict
