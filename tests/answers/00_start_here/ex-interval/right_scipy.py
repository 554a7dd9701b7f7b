from scipy.stats import quantile_test


def compare_pairs(pairs, confidence):
    a, b = np.asarray(pairs).T
    interval = quantile_test(b / a, p=0.5).confidence_interval(confidence)
    low = -np.inf if np.isnan(interval.low) else interval.low
    high = np.inf if np.isnan(interval.high) else interval.high
    if low > 1.05:
        return np.median(b / a), low, high, "slower"
    return np.median(b / a), low, high, "faster" if high * 1.05 < 1 else "no difference"
