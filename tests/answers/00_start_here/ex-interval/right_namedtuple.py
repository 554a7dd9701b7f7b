from collections import namedtuple
from math import comb
from statistics import median

Result = namedtuple("Result", "median low high verdict")


def compare_pairs(pairs, confidence):
    r = sorted((pairs[:, 1] / pairs[:, 0]).tolist())
    n, k, below = len(r), 0, 0
    while k < n:
        below += comb(n, k)
        if 2 * below / 2**n > 1 - confidence:
            break
        k += 1
    low = r[k - 1] if k else -float("inf")
    high = r[n - k] if k else float("inf")
    word = "no difference"
    if low > 1.05:
        word = "slower"
    if high < 1 / 1.05:
        word = "faster"
    return Result(median(r), low, high, word)
