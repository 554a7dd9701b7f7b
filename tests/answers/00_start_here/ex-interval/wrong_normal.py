from scipy.stats import norm


def compare_pairs(pairs, confidence):
    ratios = np.sort(pairs[:, 1] / pairs[:, 0])
    n = len(ratios)
    k = max(0, int(np.ceil(n / 2 - norm.ppf(0.5 + confidence / 2) * np.sqrt(n) / 2)))
    low, high = (ratios[k - 1], ratios[n - k]) if k else (-np.inf, np.inf)
    median = np.median(ratios)
    verdict = "slower" if low > 1.05 else "faster" if high < 1 / 1.05 else "no difference"
    return median, low, high, verdict
