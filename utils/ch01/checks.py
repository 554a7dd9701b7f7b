"""The visible checks of lab 01: what is right, and what is wrong in a learner's own terms."""

from __future__ import annotations

import tracemalloc

import numpy as np

from utils.ch01.design import collect, try_out
from utils.ch01.lab import loss_and_gradient
from utils.checks import check
from utils.data import load_mnist, to_float


@check("01-report")
def check_report(that, report):
    def ask(rows):
        counts = np.array(rows)
        counts.flags.writeable = False
        got = report(counts)
        that(isinstance(got, dict), f"return a dict; you returned a {type(got).__name__}", 1)
        missing = {"accuracy", "precision", "recall", "f1", "macro_f1"} - set(got)
        that(not missing, f"the dict lacks {', '.join(sorted(missing))}", 1)
        for key in ("precision", "recall", "f1"):
            shape = np.shape(got[key])
            that(shape == (len(rows),), f"{key} has shape {shape}; {(len(rows),)} is one value a class", 1)
        for key in ("accuracy", "macro_f1"):
            that(np.shape(got[key]) == (), f"{key} is one number; yours has shape {np.shape(got[key])}", 1)
        return got

    def expect(got, key, right, hint, why=""):
        value = np.array(got[key], float)
        finite = np.isfinite(value).all()
        that(finite, f"{key} is {value.round(3)}: where a formula divides by zero, 0 is asked for", 3)
        words = f"{key}{why} should be {np.round(right, 3)}; yours is {value.round(3)}"
        that(value.shape == np.shape(right) and np.allclose(value, right), words, hint)

    rows = [[8, 2, 0], [1, 5, 4], [1, 1, 8]]
    got, of = ask(rows), f" of {rows}"
    expect(got, "accuracy", 21 / 30, 1, of)
    swapped = np.allclose(got["precision"], [0.8, 0.5, 0.8])
    that(not swapped, "what you call precision is recall: precision looks along a column", 1)
    expect(got, "precision", [8 / 10, 5 / 8, 8 / 12], 1, of)
    expect(got, "recall", [0.8, 0.5, 0.8], 1, of)
    expect(got, "f1", [16 / 20, 10 / 18, 16 / 22], 2, of)
    expect(got, "macro_f1", np.mean([16 / 20, 10 / 18, 16 / 22]), 3, of)
    rows = [[5, 0, 1], [2, 0, 3], [0, 0, 0]]  # 1 is never called; 2 is never there
    got, of = ask(rows), f" of {rows}"
    expect(got, "accuracy", 5 / 11, 1, of)
    expect(got, "precision", [5 / 7, 0, 0], 3, of)
    expect(got, "recall", [5 / 6, 0, 0], 3, of)
    expect(got, "f1", [10 / 13, 0, 0], 3, of)
    expect(got, "macro_f1", 10 / 39, 3, f"{of}, over all three classes,")
    expect(ask([[0, 3], [4, 0]]), "f1", [0, 0], 3, " of [[0, 3], [4, 0]]")
    rows = [[6, 0, 1], [0, 0, 0], [2, 0, 3]]  # 1 is neither called nor there
    expect(ask(rows), "f1", [12 / 15, 0, 6 / 9], 3, f" of {rows}")
    expect(ask([[1, 20], [30, 2]]), "f1", [2 / 52, 4 / 54], 2, " of [[1, 20], [30, 2]]")
    expect(ask([[60, 0], [3, 1]]), "macro_f1", (120 / 123 + 2 / 5) / 2, 3, " of [[60, 0], [3, 1]]")


def peak_megabytes(function, *arguments):
    """The most memory that Python and NumPy held at once during the call, in MB."""
    tracemalloc.start()
    try:
        function(*arguments)
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


@check("01-roc")
def check_roc(that, roc_auc):
    def ask(is_positive, score):
        given = [np.array(is_positive, bool), np.array(score, float)]
        for array in given:
            array.flags.writeable = False
        got = roc_auc(*given)
        three = isinstance(got, tuple | list) and len(got) == 3
        that(three, "return three things, (fpr, tpr, auc)", 1)
        that(np.ndim(got[2]) == 0, f"auc is one number; yours has shape {np.shape(got[2])}", 3)
        return np.array(got[0], float), np.array(got[1], float), float(got[2])

    def expect(is_positive, score, why, hint=1):
        is_positive, score = np.array(is_positive, bool), np.array(score, float)
        said = score >= np.unique(score)[::-1, None]  # (t, n): what each threshold says
        tpr = np.r_[0, said[:, is_positive].mean(axis=1)]
        fpr = np.r_[0, said[:, ~is_positive].mean(axis=1)]
        auc = float(np.sum(np.diff(fpr) * (tpr[1:] + tpr[:-1]) / 2))
        x, y, area = ask(is_positive, score)
        what = f"(0, 0) and {len(tpr) - 1} distinct scores make {len(tpr)} points, the last is (1, 1)"
        words = f"{why}: {what}; yours are fpr {x.round(2)}, tpr {y.round(2)}"
        that(x.shape == y.shape == tpr.shape, words, 2)
        that(x[0] == y[0] == 0, f"{why}: the first point is (0, 0), yours ({x[0]:.2g}, {y[0]:.2g})", 3)
        swapped = np.allclose(x, tpr) and np.allclose(y, fpr) and not np.allclose(fpr, tpr)
        that(not swapped, "fpr comes first, then tpr: yours are the other way round", 1)
        that(np.allclose(y, tpr), f"{why}: tpr should be {tpr.round(2)}; yours is {y.round(2)}", hint)
        that(np.allclose(x, fpr), f"{why}: fpr should be {fpr.round(2)}; yours is {x.round(2)}", hint)
        that(np.isclose(area, auc), f"{why}: the area should be {auc:.4f}; yours is {area:.4f}", 3)

    expect([1, 0, 1, 0, 0], [0.9, 0.8, 0.7, 0.2, 0.1], "scores 0.9 + 0.8 − 0.7 + 0.2 − 0.1 −")
    expect([0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4], "scores given from the lowest up")
    expect([1, 0, 1, 0], [0.5, 0.5, 0.9, 0.1], "a positive and a negative tied at 0.5", 2)
    expect([0, 1, 1, 0], [0.5, 0.5, 0.9, 0.1], "the same tie, the negative first", 2)
    expect([1, 0, 0], [3, 3, 3], "all scores equal")
    expect([1, 1, 0, 0, 1], [-4, 2.5, -4, 0, 7], "scores that are no probabilities")
    expect([1, 0, 1, 0], [0.5, 0.5 - 1e-9, 0.5 - 2e-9, 0], "scores that differ by 1e-9: they are distinct")
    expect([0, 0, 1, 1], [9, 8, 1, 0], "a detector that is always wrong")
    rng = np.random.default_rng(0)
    expect(rng.random(500) < 0.1, rng.normal(size=500).round(1), "500 scores with many ties")
    peak = peak_megabytes(ask, rng.random(20_000) < 0.5, rng.normal(size=20_000))
    that(peak < 10, f"20,000 scores take {peak:.0f} MB: sort, instead of comparing all with all", 1)


@check("01-loss")
def check_loss(that, weighted_cross_entropy):
    def ask(y, logits, weight):
        try:
            value, gradient = loss_and_gradient(weighted_cross_entropy, y, logits, weight)
        except NotImplementedError as error:  # TensorFlow's word for NumPy at work on what has no value yet
            that(
                not error.args, "Keras can't compile this: use keras.ops all the way, no NumPy, no float()", 2
            )
            raise
        that(value is not None, "weighted_cross_entropy returned nothing", 3)
        that(np.shape(value) == (), f"one number is asked for; yours has shape {np.shape(value)}", 3)
        return float(value), gradient

    def expect(y, logits, weight, why, hint=2):
        y, z, w = np.array(y), np.array(logits, float), np.array(weight, float)[y]
        log_p = z - z.max(axis=1, keepdims=True)
        log_p -= np.log(np.exp(log_p).sum(axis=1, keepdims=True))
        losses = -log_p[np.arange(len(y)), y]
        right, over_n = np.sum(w * losses) / w.sum(), np.mean(w * losses)
        got, gradient = ask(y, logits, weight)
        why_not = "Is it an exp of a large logit (subtract each image's largest)"
        why_not += ", or the log of a probability that became 0?"
        that(np.isfinite(got), f"{why}: your loss is {got}. {why_not}", 1)
        divided = np.isclose(got, over_n, rtol=1e-4) and not np.isclose(right, over_n, rtol=1e-4)
        that(not divided, f"{why}: you divide by n; divide by the sum of the images' weights", 3)
        that(
            np.isclose(got, right, rtol=1e-4, atol=1e-5),
            f"{why}: it should be {right:.4f}; yours is {got:.4f}",
            hint,
        )
        that(
            gradient is not None,
            "Keras can't differentiate this: use keras.ops all the way, no NumPy and no float()",
            2,
        )
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


@check("01-stopping")
def check_stopping(that, EarlyStopping):
    def follow(patience, losses, stop_at, best, why):
        """Feed the losses one by one; `stop_at` and `best` are epochs, counted from 1."""
        rule = EarlyStopping(patience)
        weights = [np.zeros((2, 3)), np.zeros(3)]
        for epoch, loss in enumerate(losses, start=1):
            for array in weights:
                array[...] = epoch + 1 / 3  # the training goes on in the same arrays
            stop = rule.update(loss, weights)
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
        lowest, kept = losses[best - 1], rule.best_weights
        that(rule.best_loss == lowest, f"{after}: best_loss should be {lowest}; yours is {rule.best_loss}", 2)
        arrays = (
            isinstance(kept, list) and len(kept) == 2 and all(isinstance(array, np.ndarray) for array in kept)
        )
        that(arrays, f"{after}: best_weights should be a list of 2 arrays", 1)
        shapes = [np.shape(array) for array in kept]
        that(shapes == [(2, 3), (3,)], f"the best weights have shapes {shapes}, not [(2, 3), (3,)]", 2)
        value = np.ravel(kept[0])[0]
        that(value != -1, "your best weights changed when the training went on: keep a copy of each array", 2)
        same = all(np.all(array == np.float64(best + 1 / 3)) for array in kept)
        words = f"the best weights are all {best + 1 / 3}, epoch {best}'s; yours are {np.ravel(kept[0])}"
        that(same, f"{after}: {words}, {np.ravel(kept[1])}", 3)

    one, other = EarlyStopping(1), EarlyStopping(1)
    one.update(0.1, [np.ones(1)])
    alone = not other.update(0.5, [np.zeros(1)]) and one.best_loss == 0.1 and one.best_weights[0][0] == 1
    that(alone, "two rules at once disturb each other: keep it in self", 1)
    nan = float("nan")
    follow(2, [0.9, 0.8, 0.7, 0.75, 0.72, 0.6], 5, 3, "two worse in a row")
    follow(3, [0.9, 0.8, 0.85, 0.84, 0.7, 0.8, 0.9, 0.95], 8, 5, "an improvement starts the count anew")
    follow(1, [0.5, 0.6], 2, 1, "no patience to speak of")
    follow(2, [0.5, 0.6, 0.55, 0.54], 3, 1, "better than the epoch before isn't better than the best")
    follow(2, [0.5, 0.5, 0.5], 3, 1, "equal is no improvement")
    follow(2, [0.5, nan, nan, 0.4], 3, 1, "nan is no improvement")
    follow(3, [0.5, nan, 0.4, 0.6, 0.39], None, 5, "nan, and then an improvement")
    follow(2, [0.5, 0.5 - 1e-9, 0.5, 0.5], 4, 2, "lower by 1e-9 is lower")
    follow(2, [6000.0, 5000.0, 5500.0, 5200.0], 4, 2, "losses in the thousands")
    follow(5, [3.0, 2.0, 1.0], None, 3, "always better")
    follow(2, [0.3, 0.0, 0.1, 0.2], 4, 2, "a best loss of exactly 0")
    follow(2, [-1.0, -2.0, -1.5, -1.0], 4, 2, "losses below zero")


@check("01-detector")
def check_detector(that, choose_threshold, detector):
    def expect(score, is_rare, floor, right, why):
        score, is_rare = np.array(score, float), np.array(is_rare, bool)
        score.flags.writeable = is_rare.flags.writeable = False
        got = choose_threshold(score, is_rare, floor)
        that(got is not None, f"choose_threshold, {why}: it returned nothing", 2)
        same = np.array_equal(score >= got, score >= right)
        words = f"choose_threshold, {why}, floor {floor}, scores {score}, rare {is_rare.astype(int)}"
        flagged = "nothing" if right == np.inf else f"what scores {right} or more"
        that(same, f"{words}: flag {flagged}; your threshold is {got}", 2)

        same = float(got) == right
        that(
            same, f"{words}: it flags what it should, but the highest such threshold is {right}, not {got}", 2
        )

    nine = [9, 8, 7, 6, 5, 4, 3, 2, 1]
    expect(nine, [1, 1, 0, 1, 0, 0, 0, 0, 1], 0.75, 6, "scores 9 to 1")
    expect(nine, [0, 1, 1, 1, 0, 0, 0, 0, 0], 0.7, 6, "the highest score is a false alarm")
    expect(nine, [1, 0, 0, 1, 1, 1, 0, 0, 0], 0.6, 4, "precision falls below 0.6 and rises again")
    expect(nine, [1, 0, 1, 0, 0, 0, 0, 0, 0], 0.5, 7, "two thresholds with the same recall")
    expect([5, 5, 5, 1], [1, 0, 0, 0], 0.5, np.inf, "a hit tied with two false alarms")
    expect([1, 5, 5, 3], [0, 1, 0, 1], 0.6, 3, "a tie, unsorted")
    expect([3, 2, 1], [0, 0, 1], 0.9, np.inf, "no threshold reaches 0.9")
    expect([5, 4, 3], [1, 0, 0], 0.9, 5, "a single hit")
    expect([5, 5 - 1e-9, 2, 900], [1, 0, 1, 1], 0.8, 5, "scores 1e-9 apart, and one far off")
    expect([-3, -2, -1], [0, 1, 1], 0.9, -2, "scores below zero")
    data = load_mnist()
    x_val, y_val = to_float(data.x_val), data.y_val
    for digit, share, floor, reachable in [(8, 0.1, 0.5, 0.76), (5, 0.3, 0.9, 0.24)]:
        x_few, few_is_rare = collect(digit, share, np.random.default_rng(1))
        order = np.random.default_rng(2).permutation(len(x_val))
        is_digit = y_val[order] == digit
        given = [x_few, few_is_rare, x_val[order], is_digit]
        for array in given:
            array.flags.writeable = False
        got, (made, only, weights) = try_out(detector, *given, floor)
        that(isinstance(got, tuple | list) and len(got) == 2, "detector: return (score, threshold)", 3)
        that(made, "detector: score has to be a function that train returned", 3)
        that(only, "detector: you train on other images than the training images", 3)
        that(
            weights >= 3, f"detector: you tried {weights} weights; try 3 or more, and choose on validation", 3
        )
        flagged = np.asarray(got[0](given[2]) >= got[1])
        precision = np.sum(flagged & is_digit) / max(1, flagged.sum())
        recall = np.mean(flagged[is_digit])
        which = f"detector of {digit}s with floor {floor}: on validation, precision"
        that(precision >= floor, f"{which} is {precision:.3f}: choose the threshold on validation", 2)
        words = f"{which} is {precision:.3f} and recall {recall:.3f}; a recall of {reachable} can be had"
        that(recall >= reachable, f"{words}, with another weight or threshold", 3)
