"""Lab 01, exercise 2: the ROC curve by another way, usual mistakes, and words for them."""

from __future__ import annotations

import numpy as np

from utils.ch01.lab import peak_megabytes, sorts_taken
from utils.checks import check


def roc_of(is_positive, score):
    """The curve, by another way than the hints: (fpr, tpr, auc)."""
    values, which = np.unique(-score, return_inverse=True)
    tpr = np.r_[0, np.cumsum(np.bincount(which, is_positive, len(values))) / is_positive.sum()]
    fpr = np.r_[0, np.cumsum(np.bincount(which, ~is_positive, len(values))) / (~is_positive).sum()]
    return fpr, tpr, float(np.sum(np.diff(fpr) * (tpr[1:] + tpr[:-1]) / 2))


def said_of_points(x, y, fpr, tpr, n, num_positive):
    """What is wrong with a curve's points, where a known mistake explains them; "" where none does."""
    t = len(tpr) - 1

    def are(a, b):
        return x.shape == a.shape and y.shape == b.shape and np.allclose(x, a) and np.allclose(y, b)

    if are(fpr[1:], tpr[1:]):
        return "the point (0, 0) is missing: a threshold above all scores flags nothing"
    if are(fpr[:-1], tpr[:-1]):
        return "the last point, (1, 1), is missing: the lowest score lets everything in"
    if are(np.r_[0, fpr], np.r_[0, tpr]):
        return "(0, 0) is there twice"
    if are(tpr, fpr):
        return "fpr comes first, then tpr: yours are the other way round"
    if are(fpr[::-1], tpr[::-1]):
        return "the points run from the lowest threshold up; the highest comes first"
    if are(np.r_[0, fpr[:-1]], np.r_[0, tpr[:-1]]):
        return "an image whose score equals the threshold is let in: `score >= threshold`"
    if are(1 - fpr, 1 - tpr) or are(1 - fpr[::-1], 1 - tpr[::-1]):
        return "what has the lowest scores is let in first; begin with the highest"
    if x.shape == y.shape == (n + 1,) != tpr.shape:
        return f"yours has {n + 1} points; tied scores make one: {t} distinct scores and (0, 0) make {t + 1}"
    if x.shape == y.shape and len(x) < len(tpr):
        says = f"{t} distinct scores and (0, 0) make {t + 1} points, yours are {len(x)}"
        given = {tuple(point) for point in np.c_[fpr, tpr].round(9)}
        if n > 5_000:
            return f"{says}: all scores count, however many there are"
        if {tuple(point) for point in np.c_[x, y].round(9)} <= given:
            return f"some points are left out: {says} (on a straight line they count, too; scores aren't rounded)"
        return f"{says}: are scores rounded?"
    if x.min() < 0 or y.min() < 0:
        return "a rate is below 0: are hits counted in whole numbers that are too small for them, as int8?"
    if x.shape != y.shape or x.shape != tpr.shape:
        return f"{t} distinct scores and (0, 0) make {t + 1} points; yours are {len(x)} of fpr and {len(y)} of tpr"
    if are(fpr * (n - num_positive) / n, tpr) or are(fpr * (n - num_positive) / n, tpr * num_positive / n):
        return (
            "a rate is a fraction of its own kind: tpr of the positives, fpr of the others, not of all images"
        )
    if x[-1] > 1 + 1e-9 or y[-1] > 1 + 1e-9:
        return "those are counts; divide tpr by the number of positives, fpr by that of the others"
    if np.allclose(y, tpr):
        flagged = np.maximum(tpr * num_positive + fpr * (n - num_positive), 1)
        if np.allclose(x, fpr * (n - num_positive) / flagged):
            return "fpr is a fraction of all that aren't positive, not of what was flagged (that is 1 − precision)"
        if np.allclose(x, (fpr * (n - num_positive) + 2 * tpr * num_positive) / (n + num_positive)):
            return "of an integer, ~1 is −2: use ~ on booleans, or 1 − labels"
    return ""


@check("01-roc")
def check_roc(that, roc_auc):
    def ask(is_positive, score):
        given = [np.array(is_positive, bool), np.array(score, float)]
        for array in given:
            array.flags.writeable = False
        return roc_auc(*given)

    def expect(is_positive, score, why, hint=1, got=None):
        is_positive, score = np.array(is_positive, bool), np.array(score, float)
        fpr, tpr, auc = roc_of(is_positive, score)
        got = ask(is_positive, score) if got is None else got
        that(got is not None, "roc_auc returned nothing: is its `return` missing?", 1)
        three = isinstance(got, tuple | list) and len(got) == 3
        that(three, f"return three things, (fpr, tpr, auc); you returned a {type(got).__name__}", 1)
        that(np.ndim(got[2]) == 0, f"auc is one number; yours has shape {np.shape(got[2])}", 3)
        x, y, area = np.array(got[0], float), np.array(got[1], float), float(got[2])
        that(
            x.ndim == y.ndim == 1, f"fpr and tpr have one axis; yours have shapes {x.shape} and {y.shape}", 1
        )
        n, num_positive = len(score), is_positive.sum()
        fits = x.shape == y.shape == tpr.shape and np.allclose(x, fpr) and np.allclose(y, tpr)
        if not fits:
            order, ends = np.argsort(-score), np.r_[np.diff(score) != 0, True]
            unsorted = np.r_[0, np.cumsum(is_positive[order])[ends] / num_positive]
            are_theirs = y.shape == unsorted.shape and np.allclose(y, unsorted) and not ends.all()
            words = "runs of equal scores are to be looked for in the sorted scores: np.diff(score[order])"
            that(not are_theirs or np.array_equal(unsorted, tpr), f"{why}: {words}", 2)
            says = said_of_points(x, y, fpr, tpr, n, num_positive)
            that(not says, f"{why}: {says}", 2 if "tied" in says or "points" in says else max(hint, 1))
            as_given = len(y) == n + 1 and np.allclose(y, np.r_[0, np.cumsum(is_positive) / num_positive])
            as_given = as_given and not np.allclose(y, tpr)
            that(not as_given, f"{why}: the labels have to be sorted together with the scores", 1)
            even = np.linspace(score.max(), score.min(), len(tpr) - 1)[:, None]
            rates = [np.r_[0, (score[side] >= even).mean(axis=1)] for side in (~is_positive, is_positive)]
            spaced = x.shape == tpr.shape and np.allclose(x, rates[0]) and np.allclose(y, rates[1])
            that(not spaced, f"{why}: your thresholds are evenly spaced; each distinct score is one", 1)
            k = int(np.argmax(~(np.isclose(x, fpr) & np.isclose(y, tpr))))
            at = np.unique(score)[::-1][k - 1] if k else np.inf
            words = f"at the threshold {at:g} the point is ({fpr[k]:.2f}, {tpr[k]:.2f}); yours ({x[k]:.2f}, {y[k]:.2f})"
            words += " (of tied ones, the point comes after the last is let in)" * ("tie" in why)
            that(False, f"{why}: {words}", hint)
        if np.isclose(area, auc):
            return
        for value, words in [
            (1 - auc, "NumPy's first argument is the height: np.trapezoid(tpr, fpr)"),
            (
                -auc,
                "NumPy's first argument is the height, and it needs fpr from 0 up: np.trapezoid(tpr, fpr)",
            ),
            (np.trapezoid(tpr), "the distances between the points are missing: np.trapezoid(tpr, fpr)"),
            (
                np.sum(np.diff(fpr) * tpr[1:]),
                "that is the area under steps, where a tie counts as a hit; straight lines count it half",
            ),
            (
                np.sum(np.diff(fpr) * tpr[:-1]),
                "that is the area under steps, where a tie counts nothing; straight lines count it half",
            ),
        ]:
            wrong = np.isclose(area, value) and not np.isclose(
                value, max(auc, 1 - auc) if auc < 0.5 else np.nan
            )
            that(not wrong, f"{why}: the area should be {auc:.4f}, yours is {area:.4f}. {words}", 3)
        above = auc < 0.5 and np.isclose(area, 1 - auc)
        that(not above, f"{why}: its area is {auc:.4f}, below a half. Leave it there: yours is {area:.4f}", 3)
        rounded = abs(area - auc) < 6e-3
        that(not rounded, f"{why}: the area is off by {abs(area - auc):.0e}: don't round it", 3)
        that(
            False,
            f"{why}: the points are right; the area under their lines is {auc:.4f}, yours {area:.4f}",
            3,
        )

    close = np.nextafter(0.3, 0)  # the next number below 0.3
    expect([1, 0, 1, 0, 0], [0.9, 0.8, 0.7, 0.2, 0.1], "scores 0.9 + 0.8 − 0.7 + 0.2 − 0.1 −")
    expect([1, 1, 0, 0, 0], [0.7, 0.9, 0.1, 0.8, 0.2], "scores in any order")
    expect([0, 1, 0, 0, 1], [0.1, 0.2, 0.3, 0.35, 0.4], "scores given from the lowest up")
    expect([1, 0, 1, 0], [0.5, 0.5, 0.9, 0.1], "a positive and a negative tied at 0.5", 2)
    expect([0, 1, 1, 0], [0.5, 0.5, 0.9, 0.1], "the same tie, the negative first", 2)
    expect([0, 0, 1, 1], [9, 8, 1, 0], "a detector that is always wrong")
    expect([1, 0, 0], [3, 3, 3], "all scores equal", 2)
    expect([1, 1, 0, 0, 1], [-4, 2.5, -4, 0, 7], "scores that are no probabilities")
    expect([1, 0, 1, 0], [0.5, 0.5 - 1e-9, 0.5 - 2e-9, 0], "scores that differ by 1e-9: they are distinct", 2)
    expect([1, 0, 0, 1], [0.3, close, 0.1, 0], "scores that differ in the last bit: they are distinct", 2)
    expect([1, 0, 0, 1], [1e-20, 2e-20, 3e-20, 0], "scores of 1e-20: they are distinct", 2)
    rng = np.random.default_rng(0)
    expect(rng.random(500) < 0.1, rng.normal(size=500).round(1), "500 scores with many ties", 2)
    many = rng.random(20_000) < 0.5, rng.normal(size=20_000)
    got, peak = peak_megabytes(ask, *many)
    that(peak < 10, f"20,000 scores take {peak:.0f} MB: sort, instead of comparing all with all", 1)
    expect(*many, "20,000 scores", 2, got)
    taken = sorts_taken(ask, *many)
    words = f"20,000 scores take you as long as {taken:.0f} sorts of them. Is it one pass over all scores for each"
    that(taken < 50, f"{words} threshold, 20,000 passes? Sort once", 1)
