"""The visible checks of lab 01: what is right, and what is wrong in a learner's own terms."""

from __future__ import annotations

import re

import numpy as np

from utils.ch01.design import collect, try_out
from utils.ch01.lab import loss_and_gradient, peak_megabytes
from utils.checks import check
from utils.data import load_mnist, to_float

# ---- 1 · report ----------------------------------------------------------------------------------


def report_of(rows):
    """What is right, and by key what known mistakes make of it, with what to say of them."""
    counts = np.array(rows, float)
    right, true, called = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)
    p, r = right / np.maximum(called, 1), right / np.maximum(true, 1)
    f1 = 2 * right / np.maximum(true + called, 1)
    accuracy, c = right.sum() / counts.sum(), len(counts)
    mean_p, mean_r = p.mean(), r.mean()
    there, some = true > 0, np.maximum(p + r, 1e-9)
    whole = "`//`, or an array made for whole numbers, cuts off what is behind the point"
    known = {
        "accuracy": [
            (mean_r, "that is the mean of the classes' recall; accuracy is right images over all images"),
            (100 * accuracy, "that is per cent; a fraction is asked for"),
            (1 - accuracy, "that is the fraction that was called wrong"),
            (right.sum() / c, "you divide by the number of classes; divide by the number of images"),
            (right.sum(), "that is how many are right; divide by the number of images"),
        ],
        "precision": [
            (right // np.maximum(called, 1), whole),
            (right / counts.sum(), "you divide by all images; divide by those that were called this class"),
            (
                right / np.maximum(called - right, 1),
                "you divide by the false alarms; divide by all that were called so",
            ),
            (np.where(called > 0, p, 1), "a class that was never called has precision 0 here, not 1"),
            (1 - p, "that is the fraction of false alarms"),
        ],
        "recall": [
            (right // np.maximum(true, 1), whole),
            (p, "that is precision; recall looks along a row"),
            (right / counts.sum(), "you divide by all images; divide by those of this class"),
            (
                right / np.maximum(true - right, 1),
                "you divide by those that were missed; divide by all of this class",
            ),
            (np.where(true > 0, r, 1), "a class that was never there has recall 0 here, not 1"),
        ],
        "f1": [
            ((p + r) / 2, "that is the plain mean of precision and recall; F1 is 2·P·R / (P + R)"),
            (np.sqrt(p * r), "that is the geometric mean; F1 is 2·P·R / (P + R)"),
            (p * r / some, "the factor 2 is missing: F1 is 2·P·R / (P + R)"),
            (2 * p * r / np.maximum(p + r, 1), "P + R may be less than 1: don't divide by 1 instead"),
            (np.where((true + called) > 0, f1, 1), "a class neither called nor there has F1 0 here, not 1"),
        ],
        "macro_f1": [
            (np.average(f1, weights=true), "you weight the classes by their images; each counts the same"),
            (accuracy, "that is the accuracy (and micro F1); the mean of the classes' F1 is asked for"),
            (
                2 * mean_p * mean_r / max(mean_p + mean_r, 1e-9),
                "that is the F1 of mean precision and mean recall; the mean of the F1s is asked for",
            ),
            (f1[there].mean(), "you leave out a class that is never there; it counts, with 0"),
            (
                f1[(true + called) > 0].mean(),
                "you leave out a class that is neither called nor there; it counts, with 0",
            ),
            (f1[f1 > 0].mean() if f1.any() else 0, "you leave out classes whose F1 is 0; they count"),
            (f1.sum(), "that is the sum; the mean is asked for"),
            (np.median(f1), "that is the median; the mean is asked for"),
        ],
    }
    return {"accuracy": accuracy, "precision": p, "recall": r, "f1": f1, "macro_f1": f1.mean()}, known


def formula(key, counts, k):
    """In numbers: where class k's value comes from."""
    right, true, called = counts[k][k], sum(counts[k]), sum(row[k] for row in counts)
    if key == "f1":
        return f"2 · {right} right / ({true} there + {called} called)"
    return f"{right} right / " + (f"{called} called" if key == "precision" else f"{true} there")


@check("01-report")
def check_report(that, report):
    def ask(rows):
        counts = np.array(rows)
        counts.flags.writeable = False
        got = report(counts)
        that(got is not None, "report returned nothing: is its `return` missing?", 1)
        that(isinstance(got, dict), f"return a dict; you returned a {type(got).__name__}", 1)
        missing = {"accuracy", "precision", "recall", "f1", "macro_f1"} - set(got)
        that(
            not missing, f"the dict lacks {', '.join(sorted(missing))}; it has {', '.join(map(str, got))}", 1
        )
        for key in ("accuracy", "precision", "recall", "f1", "macro_f1"):
            numbers = np.asarray(got[key]).dtype.kind in "biuf"
            that(numbers, f"{key} has to be made of numbers; yours is {got[key]!r}", 1)
        for key in ("precision", "recall", "f1"):
            shape = np.shape(got[key])
            that(shape == (len(rows),), f"{key} has shape {shape}; {(len(rows),)} is one value a class", 1)
        for key in ("accuracy", "macro_f1"):
            that(np.shape(got[key]) == (), f"{key} is one number; yours has shape {np.shape(got[key])}", 1)
        return got

    def expect(rows, hints=(1, 1, 1, 2, 3), keys=("accuracy", "precision", "recall", "f1", "macro_f1")):
        wanted, known = report_of(rows)
        got = ask(rows)
        for key, hint in zip(keys, hints, strict=True):
            value, right = np.array(got[key], float), np.array(wanted[key])
            finite = np.isfinite(value).all()
            that(finite, f"{key} is {value.round(3)}: where a formula divides by zero, 0 is asked for", 3)
            if np.allclose(value, right):
                continue
            of = f"{key} of {rows}"
            for wrong, words in known[key]:
                that(not np.allclose(value, wrong), f"{of}: {words}. Yours is {value.round(3)}", hint)
            near = np.abs(value - right).max() < 0.006
            that(
                not near,
                f"{of} is off by {np.abs(value - right).max():.1g}: don't round, add no epsilon",
                hint,
            )
            swapped = key == "precision" and np.allclose(value, wanted["recall"])
            that(not swapped, "what you call precision is recall: precision looks along a column", 1)
            if right.ndim:
                k = int(np.argmax(~np.isclose(value, right)))
                says = f"class {k} has {formula(key, rows, k)} = {right[k]:.3f}; yours is {value[k]:.3f}"
            else:
                says = f"it should be {right:.3f}; yours is {value:.3f}"
            that(False, f"{of}: {says}", hint)

    expect([[8, 2, 0], [1, 5, 4], [1, 1, 8]])
    expect([[5, 0, 1], [2, 0, 3], [0, 0, 0]], (1, 3, 3, 3, 3))  # 1 is never called; 2 is never there
    expect([[0, 3], [4, 0]], (1, 3, 3, 3, 3))
    expect([[6, 0, 1], [0, 0, 0], [2, 0, 3]], (1, 3, 3, 3, 3))  # 1 is neither called nor there
    expect([[1, 20], [30, 2]])
    expect([[60, 0], [3, 1]])
    first = ask([[8, 2], [1, 5]])
    kept = {key: np.array(value) for key, value in first.items()}
    again = ask([[1, 2], [3, 4]])
    same = all(np.array_equal(first[key], kept[key]) for key in kept)
    that(
        same and again is not first,
        "a second call changes what the first returned: make a new dict each time",
        1,
    )


# ---- 2 · roc -------------------------------------------------------------------------------------


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
        return f"there is a point for each of {n} images; tied scores make one point, so there are {t + 1}"
    if x.shape == y.shape and len(x) < len(tpr):
        says = f"{t} distinct scores and (0, 0) make {t + 1} points, yours are {len(x)}"
        given = {tuple(point) for point in np.c_[fpr, tpr].round(9)}
        if n > 5_000:
            return f"{says}: all scores count, however many there are"
        if {tuple(point) for point in np.c_[x, y].round(9)} <= given:
            return f"some points are left out: {says} (on a straight line they count, too; scores aren't rounded)"
        return f"{says}: are scores rounded?"
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
            says = said_of_points(x, y, fpr, tpr, n, num_positive)
            that(not says, f"{why}: {says}", 2 if "tied" in says or "points" in says else max(hint, 1))
            if n == 5 and np.allclose(y, np.r_[0, np.cumsum(is_positive) / num_positive]):
                that(False, f"{why}: the labels have to be sorted together with the scores", 1)
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
            (np.sum(np.diff(fpr) * tpr[1:]), "that is the area under steps; straight lines join the points"),
            (np.sum(np.diff(fpr) * tpr[:-1]), "that is the area under steps; straight lines join the points"),
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


# ---- 3 · loss ------------------------------------------------------------------------------------


def known_losses(z, y, by_class, log_p):
    """What known mistakes make of a case, the hint that helps, and what to say of them."""
    at, w = np.arange(len(y)), by_class[y]
    losses, total = -log_p[at, y], w.sum()
    with np.errstate(all="ignore"):
        over_images = np.log(np.exp(z).sum(axis=0))[y] - z[at, y]
        over_all = np.log(np.exp(z).sum()) - z[at, y]
        clipped = np.clip(z, 1e-7, 1 - 1e-7)  # as Keras does, before it divides by their sum
        as_p = -np.log(clipped / clipped.sum(axis=1, keepdims=True))[at, y]
        scaled = np.log(np.exp(z * by_class).sum(axis=1)) - (z * by_class)[at, y]
        p = np.exp(log_p)
        twice = np.log(np.exp(p).sum(axis=1)) - p[at, y]
        v = by_class[z.argmax(axis=1)]
        return [
            (np.mean(w * losses), 3, "you divide by n; divide by the sum of the images' weights"),
            (np.sum(w * losses) / max(total, 1), 3, "a sum of weights below 1 is divided by all the same"),
            (np.sum(w * losses), 3, "that is the sum; divide it by the sum of the images' weights"),
            (-np.sum(w * losses) / total, 1, "its sign is wrong: the loss is minus the logarithm"),
            (
                losses.mean(),
                2,
                "the weights aren't used; an image has its class's: ops.take(class_weight, y)",
            ),
            (np.sum(w * losses) / by_class.sum(), 3, "you divide by the classes' weights, not the images'"),
            (
                np.mean(w * losses) / by_class.mean(),
                3,
                "you divide by the classes' mean weight, not the images'",
            ),
            (np.sum(w * w * losses) / total, 3, "each loss is multiplied by its weight twice"),
            (
                np.sum(w * over_images) / total,
                1,
                "softmax goes over an image's classes, axis=1, not over images",
            ),
            (
                np.sum(w * over_all) / total,
                1,
                "logsumexp goes over an image's own classes, axis=1, not over all",
            ),
            (np.sum(w * as_p) / total, 1, "logits are taken for probabilities: say from_logits=True"),
            (scaled.mean(), 2, "the weights multiply the logits; multiply the images' losses"),
            (np.sum(w * twice) / total, 1, "softmax is taken twice: say from_logits=False, or leave one out"),
            (np.sum(v * losses) / v.sum(), 2, "a weight belongs to the true class, not to the answered one"),
            (
                np.sum(w * losses) / total / np.log(2),
                1,
                "that is in bits; the natural logarithm is asked for",
            ),
        ]


@check("01-loss")
def check_loss(that, weighted_cross_entropy):
    compiled = "Keras compiles this before it knows the numbers, and how many images there are"
    use = "no NumPy, float(), if, len() or loop over images; keras.ops all the way"

    def ask(y, logits, weight):
        n, c = np.shape(logits)
        try:
            value, gradient = loss_and_gradient(weighted_cross_entropy, y, logits, weight)
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
            fit = re.search(
                r"Incompatible shapes: (\S+ vs\. \S+)|Dimensions must be equal, but are (\d+ and \d+)", said
            )
            words = "sums over classes go over axis=1, and their number isn't always the same"
            if fit:
                that(False, f"{n} images, {c} classes: shapes don't fit, {fit[1] or fit[2]}: {words}", 2)
            graph = ("symbolic", "Symbolic", "KerasTensor", "iterat", "NoneType", "scalar arrays")
            graph = isinstance(error, NotImplementedError) or (
                isinstance(error, TypeError) and any(word in said for word in graph)
            )
            blank = isinstance(error, NotImplementedError) and not error.args and _is_blank(error)
            that(blank or not graph, f"{compiled}: {use}. ({said[:90].splitlines()[0]} …)", 2)
            raise
        that(value is not None, "weighted_cross_entropy returned nothing: is its `return` missing?", 1)
        shape = np.shape(value)
        that(shape == (), f"one number is asked for; yours has shape {shape}: sum over the images", 3)
        return float(value), gradient

    def expect(y, logits, weight, why, hint=2):
        y, z, by_class = np.array(y), np.array(logits, float), np.array(weight, float)
        w, n = by_class[y], len(y)
        log_p = z - z.max(axis=1, keepdims=True)
        log_p -= np.log(np.exp(log_p).sum(axis=1, keepdims=True))
        losses = -log_p[np.arange(n), y]
        right = np.sum(w * losses) / w.sum()
        got, gradient = ask(y, logits, weight)
        why_not = "Is it an exp of a large logit (subtract each image's largest)"
        why_not += ", or the log of a probability that became 0?"
        that(np.isfinite(got), f"{why}: your loss is {got}. {why_not}", 1)

        def near(a, b):
            return np.isclose(a, b, rtol=1e-4, atol=1e-5)

        if not near(got, right):
            known = known_losses(z, y, by_class, log_p)
            for value, where, words in known:
                tell = np.isfinite(value) and near(got, value) and not near(right, value)
                that(not tell, f"{why}: {words} (it should be {right:.4f}; yours is {got:.4f})", where)
            cut = right > 50 and got < 0.9 * right
            that(
                not cut,
                f"{why}: {right:.1f} comes out as {got:.1f}: no epsilon and no clip, work with logits",
                1,
            )
            each = ", ".join(f"{a:.2f}" for a in losses[:5])
            words = f"the images' losses are {each}, their weights {w[:5].tolist()}, together {right:.4f}"
            that(False, f"{why}: {words}; yours is {got:.4f}", hint)
        no = f"Keras can't differentiate this: {use}, no stop_gradient of the loss"
        that(gradient is not None, no, 2)
        slope = w[:, None] * (np.exp(log_p) - np.eye(z.shape[1])[y]) / w.sum()
        close = np.allclose(gradient, slope, atol=1e-4)
        that(close, f"{why}: the loss is right, but not its gradient (is a step rounded or cut off?)", 1)

    even, odd = [1, 1, 1], [1, 1, 9]
    logits = [[2, 0, -1], [0.5, 0.2, 0.1], [-1, 0, 3], [0, 0, 0], [1, 4, 1]]
    expect([0, 1, 2, 1, 1], logits, even, "all weights 1", 3)
    expect([0, 1, 2, 1, 1], logits, odd, "one image of weight 9")
    expect([2, 2, 2, 2, 2], logits, odd, "all of weight 9, which is like all of weight 1")
    expect([2, 0, 2], logits[:3], [0.5, 2, 0], "a class of weight 0")
    expect([2, 0, 1, 0, 0], np.array(logits) + 1000, odd, "logits of 1000 and more")
    expect([2, 0, 1, 0, 0], np.array(logits) - 1000, odd, "logits of −1000 and less")
    expect([2, 1], [[1000, 0, -1000], [0, 0, 0]], odd, "logits from −1000 to 1000")
    expect([1, 2], [[5000, 0, -5000], [0, 1, 2]], odd, "logits of ±5000")
    expect([1], [[0, 1]], [1, 3], "two classes and one image")
    expect([1, 4, 0], np.eye(5)[[1, 0, 3]] * 3, [1, 2, 3, 4, 5], "five classes")


def _is_blank(error):
    """Whether a stub's own `raise NotImplementedError()` made it, and not NumPy at work on what has no value yet."""
    trace = error.__traceback__
    while trace.tb_next is not None:
        trace = trace.tb_next
    return "ipykernel" in trace.tb_frame.f_code.co_filename


# ---- 4 · stopping --------------------------------------------------------------------------------


@check("01-stopping")
def check_stopping(that, EarlyStopping):
    def follow(patience, losses, stop_at, best, why, shapes=((2, 3), (3,))):
        """Feed the losses one by one; `stop_at` and `best` are epochs, counted from 1."""
        rule = EarlyStopping(patience)
        weights = [np.zeros(shape) for shape in shapes]
        for epoch, loss in enumerate(losses, start=1):
            for array in weights:
                array[...] = epoch + 1 / 3  # the training goes on in the same arrays
            stop = rule.update(loss, weights)
            untouched = len(weights) == len(shapes) and all(np.all(a == epoch + 1 / 3) for a in weights)
            that(
                untouched,
                "update changes the loop's own arrays: they belong to the caller, only read them",
                2,
            )
            that(stop is not None, "update returned nothing: return True or False", 1)
            that(isinstance(stop, bool | np.bool_), f"update returned {stop!r}: return True or False", 1)
            after = f"{why}, losses {losses[:epoch]}, patience {patience}"
            that(
                bool(stop) == (epoch == stop_at),
                f"{after}: update should return {epoch == stop_at}; yours is {bool(stop)}",
                3,
            )
            if stop:
                break
        for array in weights:
            array[...] = -1
        has = hasattr(rule, "best_loss") and hasattr(rule, "best_weights")
        that(has, "after update a rule has best_loss and best_weights, by these names", 1)
        lowest, kept = losses[best - 1], rule.best_weights
        that(rule.best_loss == lowest, f"{after}: best_loss should be {lowest}; yours is {rule.best_loss}", 2)
        that(kept is not None, f"{after}: best_weights is still None", 2)
        kind = type(kept).__name__
        that(isinstance(kept, list), f"best_weights has to be a list of arrays; yours is a {kind}", 2)
        kinds = {type(array).__name__ for array in kept if not isinstance(array, np.ndarray)}
        that(not kinds, f"best_weights has to be a list of arrays; yours holds a {', '.join(kinds)}", 2)
        found, asked = [np.shape(array) for array in kept], list(shapes)
        that(found == asked, f"the best weights have shapes {found}; the loop's have {asked}", 2)
        value = np.ravel(kept[0])[0]
        that(value != -1, "your best weights changed when the training went on: keep a copy of each array", 2)
        firsts = [float(np.ravel(array)[0]) for array in kept]
        same = all(np.all(array == np.float64(best + 1 / 3)) for array in kept)
        others = [k for k in range(1, epoch + 1) if np.allclose(firsts, k + 1 / 3)]
        yours = f"yours are epoch {others[0]}'s" if others else f"yours begin with {firsts}"
        words = f"the best weights are epoch {best}'s, all {best + 1 / 3}; {yours}"
        if np.allclose(firsts, best + 1 / 3):
            words += ": copies keep all digits, float64"
        that(same, f"{after}: {words}", 3)

    one, other = EarlyStopping(5), EarlyStopping(5)
    one.update(0.1, [np.ones(1), np.ones(2)])
    other.update(0.5, [np.zeros(1), np.zeros(2)])
    has = all(hasattr(one, name) for name in ("best_loss", "best_weights"))
    that(has, "after update a rule has best_loss and best_weights, by these names", 1)
    alone = one.best_loss == 0.1 and other.best_loss == 0.5
    if isinstance(one.best_weights, list | tuple) and one.best_weights:
        alone = alone and bool(np.all(np.asarray(one.best_weights[0]) == 1))
    that(alone, "two rules at once disturb each other: keep it in self", 1)
    nan = float("nan")
    follow(2, [0.9, 0.8, 0.7, 0.6], None, 4, "each epoch is better than all before: lower is better")
    follow(2, [0.9, 0.8, 0.7, 0.75, 0.72, 0.6], 5, 3, "two worse in a row")
    follow(3, [0.9, 0.8, 0.85, 0.84, 0.7, 0.8, 0.9, 0.95], 8, 5, "an improvement starts the count anew")
    follow(1, [0.5, 0.6], 2, 1, "patience 1: the first epoch that is no better")
    follow(2, [0.5, 0.6, 0.55, 0.54], 3, 1, "better than the epoch before isn't better than the best")
    follow(2, [0.5, 0.5, 0.5], 3, 1, "equal is no improvement")
    follow(2, [0.5, nan, nan, 0.4], 3, 1, "nan is no improvement, and counts like a worse one")
    follow(3, [0.5, nan, 0.4, 0.6, 0.39], None, 5, "nan, and then an improvement")
    follow(2, [0.5, 0.5 - 1e-9, 0.5, 0.5], 4, 2, "lower by 1e-9 is lower")
    follow(2, [6000.0, 5000.0, 5500.0, 5200.0], 4, 2, "losses in the thousands")
    follow(2, [1e300, 2e300, 9e299, 1e300], None, 3, "the first epoch is an improvement, whatever its loss")
    follow(2, [0.3, 0.0, 0.1, 0.2], 4, 2, "a best loss of exactly 0")
    follow(2, [-1.0, -2.0, -1.5, -1.0], 4, 2, "losses below zero")
    follow(1, [0.5, 0.6], 2, 1, "three arrays", ((2,), (4, 1), (3, 2, 2)))
    follow(1, [0.5, 0.6], 2, 1, "a single array", ((5,),))


# ---- 5 · detector --------------------------------------------------------------------------------


def by_prefix(score, is_rare, floor):
    """What comes out of precision after k images, in the order given: right if that is from the highest down."""
    hits = np.cumsum(is_rare)
    good = hits / np.arange(1, len(score) + 1) >= floor
    return score[np.argmax(np.where(good, hits, -1))] if good.any() else np.inf


def thresholds_of(score, is_rare, floor):
    """The threshold that is asked for, and those that known mistakes choose, with what to say of them."""
    values = np.unique(score)[::-1]
    flags = score >= values[:, None]
    hits, flagged = (flags & is_rare).sum(axis=1), flags.sum(axis=1)
    good = hits / flagged >= floor
    right = values[good][np.argmax(hits[good])] if good.any() else np.inf
    order = np.argsort(-score, kind="stable")
    known = [
        (by_prefix(score[order], is_rare[order], floor), "tied scores are flagged together, or not at all"),
        (by_prefix(score[order], is_rare, floor), "the labels have to be sorted together with the scores"),
        (
            by_prefix(score[order[::-1]], is_rare[order[::-1]], floor),
            "begin with the highest score, not the lowest",
        ),
    ]
    if good.any():
        misses = np.flatnonzero(~good)
        first = misses[0] - 1 if len(misses) else len(values) - 1
        above, enough = hits / flagged > floor, hits / is_rare.sum() >= floor
        k = int(np.flatnonzero(values == right)[0])
        known = [
            (values[good][-1], "of thresholds with the same recall the highest is asked for"),
            (
                values[above][np.argmax(hits[above])] if above.any() else np.inf,
                "a precision of exactly the floor is enough",
            ),
            (
                values[first] if first >= 0 else np.inf,
                "precision may rise again behind the first that misses",
            ),
            (values[np.argmax(hits / flagged)], "that has the highest precision, not the most recall"),
            (values[good][0], "that is the highest that reaches the floor, not the one with the most recall"),
            *known,
            (
                float(np.flatnonzero(score[order] == right)[0]),
                "that is a position; the score there is asked for",
            ),
            (values[min(k + 1, len(values) - 1)], "that is one score too far down"),
            (values[max(k - 1, 0)], "that is one score too high"),
        ]
        if enough.any():
            words = "the floor is one for precision, not for recall"
            known += [(values[enough][0], words), (values[enough][np.argmax(hits[enough])], words)]
    return right, [(value, words) for value, words in known if value != right]


@check("01-detector")
def check_detector(that, choose_threshold, detector):
    def expect(score, is_rare, floor, why):
        score, is_rare = np.array(score, float), np.array(is_rare, bool)
        right, known = thresholds_of(score, is_rare, floor)
        score.flags.writeable = is_rare.flags.writeable = False
        got = choose_threshold(score, is_rare, floor)
        that(
            got is not None,
            f"choose_threshold, {why}: it returned nothing; where none reaches the floor, np.inf",
            1,
        )
        that(np.shape(got) == (), f"choose_threshold returns one number; yours has shape {np.shape(got)}", 2)
        if float(got) == right:
            return
        words = f"choose_threshold, {why}, floor {floor}, scores {score}, rare {is_rare.astype(int)}"
        for value, says in known:
            that(float(got) != value, f"{words}: {says}. It is {right}; yours is {got}", 2)
        near = np.isfinite(right) and got != right and np.isclose(float(got), right, rtol=1e-2, atol=0)
        among = np.any(score == got)
        that(
            among or not near,
            f"{words}: it is {right:.16g}, one of the scores; yours is {got:.16g}: don't round",
            2,
        )
        flagged = "nothing, with np.inf" if right == np.inf else f"what scores {right} or more"
        if np.isnan(got):
            that(False, f"{words}: flag {flagged}; yours is nan", 2)
        chosen = score >= got
        if right == np.inf and chosen.any():
            says = f"yours, {got}, flags {chosen.sum()}, of which {np.sum(chosen & is_rare)} rare: below the floor"
            that(False, f"{words}: flag {flagged}; {says}", 2)
        same = np.array_equal(chosen, score >= right)
        says = f"flag {flagged}; yours, {got}, flags {chosen.sum()}, of which {np.sum(chosen & is_rare)} rare"
        that(same, f"{words}: {says}", 2)
        says = f"it flags what it should, but the highest such threshold is the score {right!r}, not {got!r}"
        that(False, f"{words}: {says}", 2)

    nine = [9, 8, 7, 6, 5, 4, 3, 2, 1]
    up = [10, 20, 30, 40, 50, 60, 70]
    expect(up, [1, 1, 0, 0, 1, 1, 1], 0.9, "scores given from the lowest up")
    expect([4, 3, 2, 1], [1, 1, 0, 0], 1.0, "every alarm has to be real")
    expect(nine, [1, 1, 0, 1, 0, 0, 0, 0, 1], 0.75, "scores 9 to 1")
    expect(nine, [0, 1, 1, 1, 0, 0, 0, 0, 0], 0.7, "the highest score is a false alarm")
    expect(nine, [1, 0, 0, 1, 1, 1, 0, 0, 0], 0.6, "precision falls below 0.6 and rises again")
    expect(nine, [1, 0, 1, 0, 0, 0, 0, 0, 0], 0.5, "two thresholds with the same recall")
    expect([5, 5, 5, 1], [1, 0, 0, 0], 0.5, "a hit tied with two false alarms")
    expect([1, 5, 5, 3], [0, 1, 0, 1], 0.6, "a tie, unsorted")
    expect([3, 2, 1], [0, 0, 1], 0.9, "no threshold reaches 0.9")
    expect([5, 4, 3], [1, 0, 0], 0.9, "a single hit")
    expect([5, 5 - 1e-9, 2, 900], [1, 0, 1, 1], 0.8, "scores 1e-9 apart, and one far off")
    expect([-3, -2, -1], [0, 1, 1], 0.9, "scores below zero")
    expect([2 / 3, 1 / 3, 1 / 7, 0.1], [1, 0, 1, 0], 0.6, "scores with many digits")
    data = load_mnist()
    x_val, y_val = to_float(data.x_val), data.y_val
    for digit, share, floor, reachable in [(8, 0.1, 0.5, 0.76), (5, 0.3, 0.9, 0.24)]:
        x_few, few_is_rare = collect(digit, share, np.random.default_rng(1))
        order = np.random.default_rng(2).permutation(len(x_val))
        is_digit = y_val[order] == digit
        given = [x_few, few_is_rare, x_val[order], is_digit]
        for array in given:
            array.flags.writeable = False
        got, (made, only, weights, compared) = try_out(detector, *given, floor)
        that(got is not None, "detector returned nothing: return (score, threshold)", 1)
        two = isinstance(got, tuple | list) and len(got) == 2
        that(two, f"detector: return (score, threshold); you returned a {type(got).__name__}", 1)
        that(not callable(got[1]), "detector: the score comes first, then the threshold", 1)
        says = f"yours is a {type(got[0]).__name__}"
        that(callable(got[0]), f"detector: score has to be a function that train returned; {says}", 3)
        says = "a function of your own, or one of an earlier call"
        that(made, f"detector: score has to be what train returned in this call, and not {says}", 3)
        that(only, "detector: you train on other images than the training images", 3)
        words = f"detector: you tried {weights} weights; try 3 or more, and choose on validation"
        that(weights >= 3, words, 3)
        words = f"detector: of {weights} weights you scored the validation images with {compared}"
        that(
            compared >= 3, f"{words}: compare the weights by what they reach there, not on training images", 3
        )
        that(
            np.shape(got[1]) == (),
            f"detector: the threshold is one number; yours has shape {np.shape(got[1])}",
            3,
        )
        flagged = np.asarray(got[0](given[2]) >= got[1])
        precision = np.sum(flagged & is_digit) / max(1, flagged.sum())
        recall = np.mean(flagged[is_digit])
        which = f"detector of {digit}s with floor {floor}: on validation, precision"
        that(
            precision >= floor,
            f"{which} is {precision:.3f}: is the threshold this score's, chosen on validation?",
            2,
        )
        words = f"{which} is {precision:.3f} and recall {recall:.3f}; a recall of {reachable} can be had"
        that(
            recall >= reachable,
            f"{words}, with a weight of another size, or by comparing weights by recall",
            3,
        )
