def compare_pairs(pairs, confidence):
    before, after = pairs.T
    ratios = sorted((after / before).tolist())
    n = len(ratios)
    k = int(binom.ppf((1 - confidence) / 2, n, 0.5))
    while k < n and 2 * binom.cdf(k, n, 0.5) <= 1 - confidence:
        k += 1
    while k and 2 * binom.cdf(k - 1, n, 0.5) > 1 - confidence:
        k -= 1
    low, high = (ratios[k - 1], ratios[-k]) if k else (-np.inf, np.inf)
    for word, it in {"slower": low > 1.05, "faster": high < 1 / 1.05}.items():
        if it:
            return np.median(ratios), low, high, word
    return np.median(ratios), low, high, "no difference"
