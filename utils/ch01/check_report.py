"""Lab 01, exercise 1: what a report holds, what usual mistakes make of it, and words for them."""

from __future__ import annotations

import numpy as np

from utils.checks import check


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
            (
                ((counts.sum() - true - called + 2 * right) / counts.sum()).mean(),
                "you count as right, class by class, what was rightly not called it, too: right images over all",
            ),
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
            (
                right / np.maximum(true + called - right, 1),
                "that is right over called or there (Jaccard); F1 counts what is right twice: 2·P·R / (P + R)",
            ),
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
            (f1.sum() / 10, "you divide by 10, whatever the number of classes"),
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


def counts_of(rows, key):
    """What the key's formula divides by, class by class."""
    true, called = np.sum(rows, axis=1), np.sum(rows, axis=0)
    return {"precision": called, "recall": true}.get(key, true + called)


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
            below = counts_of(rows, key)
            odd = right.ndim and not (below == 0).all() and np.allclose(value[below > 0], right[below > 0])
            by = "np.divide with where= leaves there what was in memory: give it out=np.zeros(…)"
            that(
                not odd,
                f"{of} is {value.round(3)}: where a formula divides by zero, 0 is asked for ({by})",
                3,
            )
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
    expect([[4, 1, 0, 2, 0], [1, 3, 0, 0, 1], [0, 2, 6, 0, 0], [0, 0, 1, 5, 0], [2, 0, 0, 0, 7]])
    first = ask([[8, 2], [1, 5]])
    kept = {key: np.array(value) for key, value in first.items()}
    again = ask([[1, 2], [3, 4]])
    same = all(np.array_equal(first[key], kept[key]) for key in kept)
    that(
        same and again is not first,
        "a second call changes what the first returned: make a new dict each time",
        1,
    )
