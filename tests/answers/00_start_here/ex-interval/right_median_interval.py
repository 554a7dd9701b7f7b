from utils.timing import median_interval as ends


def compare_pairs(pairs, confidence):
    ratios = pairs[:, 1] / pairs[:, 0]
    low, high = ends(ratios, confidence)
    return (
        np.median(ratios),
        low,
        high,
        ["no difference", "slower", "faster"][(low > 1.05) - (high < 1 / 1.05)],
    )
