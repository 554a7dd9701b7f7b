import torch


def compare_pairs(pairs, confidence):
    pairs = torch.as_tensor(pairs)
    ratios = (pairs[:, 1] / pairs[:, 0]).sort().values
    n = len(ratios)
    k = int((2 * binom.cdf(np.arange(n), n, 0.5) <= 1 - confidence).sum())
    low, high = (ratios[k - 1], ratios[n - k]) if k else (torch.tensor(-torch.inf), torch.tensor(torch.inf))
    verdict = "slower" if low > 1.05 else "faster" if high < 1 / 1.05 else "no difference"
    return ratios.quantile(0.5), low, high, verdict
