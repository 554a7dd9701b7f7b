"""Lab 01, exercise 3: losses and gradients, what usual mistakes make of them, and words for them."""

from __future__ import annotations

import re

import numpy as np

from utils.ch01.lab import loss_and_gradient
from utils.checks import check


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
        present = np.unique(y)
        means = np.array([losses[y == k].mean() for k in present])

        true = z[at, y]
        lse = true + losses
        n_by_n = [losses[:, None] * np.ones(len(y))]  # of shapes (n, 1) and (n,), by usual ways
        n_by_n += [lse - true[:, None], lse[:, None] - true]
        by_columns = [lse - z[:, y], lse[:, None] - z[:, y]]

        def clipped_at(bound):
            cut = np.clip(z, -bound, bound)
            return np.sum(w * (np.log(np.exp(cut).sum(axis=1)) - cut[at, y])) / total

        return [
            *[
                (
                    np.sum(w * each) / total,
                    3,
                    "a part of shape (n, 1) and one of shape (n,) make (n, n), images with images: make both (n,)",
                )
                for each in n_by_n
            ],
            *[
                (
                    np.sum(w * each) / total,
                    2,
                    "ops.take with axis=1 takes whole columns, (n, n): use ops.take_along_axis",
                )
                for each in by_columns
            ],
            (np.mean(w * losses), 3, "you divide by n; divide by the sum of the images' weights"),
            (np.sum(w * losses) / max(total, 1), 3, "a sum of weights below 1 is divided by all the same"),
            (np.sum(w * losses), 3, "that is the sum; divide it by the sum of the images' weights"),
            (-np.sum(w * losses) / total, 1, "its sign is wrong: the loss is minus the logarithm"),
            (
                losses.mean(),
                2,
                "the weights aren't used (ops.take(class_weight, y)), or (n,) times (n, 1) made (n, n) and they cancel",
            ),
            (np.sum(w * losses) / by_class.sum(), 3, "you divide by the classes' weights, not the images'"),
            (
                np.mean(w * losses) / by_class.mean(),
                3,
                "you divide by the classes' mean weight, not the images'",
            ),
            (
                np.sum(w * w * losses) / np.sum(w * w),
                3,
                "each weight is squared: it belongs once into each sum",
            ),
            (
                np.sum(by_class[present] * means) / by_class[present].sum(),
                3,
                "you take a mean class by class; an image of weight 9 counts like nine images",
            ),
            (
                np.sum(by_class[present] * means) / by_class.sum(),
                3,
                "you take a mean class by class; an image of weight 9 counts like nine images",
            ),
            (
                np.sum(w * scaled) / total,
                2,
                "the weights multiply the logits, too; multiply the images' losses",
            ),
            *[
                (
                    clipped_at(bound),
                    1,
                    "you clip the logits, and what they say beyond is lost: subtract each image's largest instead",
                )
                for bound in (10, 20, 30, 50, 80, 88, 100, 200, 500)
            ],
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
            words = "what is summed over classes needs axis=1 (and keepdims=True, where it is to fit (n, c) again)"
            words += ", and their number isn't always the same"
            if fit:
                that(False, f"{n} images, {c} classes: shapes don't fit, {fit[1] or fit[2]}: {words}", 2)
            graph = ("symbolic", "Symbolic", "KerasTensor", "iterat", "None", "scalar arrays")
            graph = isinstance(error, NotImplementedError) or (
                isinstance(error, TypeError | ValueError) and any(word in said for word in graph)
            )
            blank = isinstance(error, NotImplementedError) and not error.args and _is_blank(error)
            that(blank or not graph, f"{compiled}: {use}. ({said[:90].splitlines()[0]} …)", 2)
            raise
        that(value is not None, "weighted_cross_entropy returned nothing: is its `return` missing?", 1)
        shape = np.shape(value)
        that(shape == (), f"one number is asked for; yours has shape {shape}: sum over the images", 3)
        return float(value), gradient

    passed = []  # what known mistakes make of the cases that came out right

    def expect(y, logits, weight, why, hint=2):
        y, z, by_class = np.array(y), np.array(logits, float), np.array(weight, float)
        w, n = by_class[y], len(y)
        log_p = z - z.max(axis=1, keepdims=True)
        log_p -= np.log(np.exp(log_p).sum(axis=1, keepdims=True))
        losses = -log_p[np.arange(n), y]
        right = np.sum(w * losses) / w.sum()
        got, gradient = ask(y, logits, weight)
        why_not = "Is it an exp of a large logit (subtract each image's largest)"
        why_not += ", or the log of a probability that became 0"
        why_not += ", or a weight of 0.5 cut down to 0?" if 0.5 in by_class else "?"
        that(np.isfinite(got), f"{why}: your loss is {got}. {why_not}", 1)

        def near(a, b):
            return np.isclose(a, b, rtol=1e-4, atol=1e-5)

        known = known_losses(z, y, by_class, log_p)
        if not near(got, right):
            for i, (value, where, words) in enumerate(known):
                tell = np.isfinite(value) and near(got, value) and not near(right, value)
                tell = tell and all(near(values[i], truth) for values, truth in passed)
                that(not tell, f"{why}: {words} (it should be {right:.4f}; yours is {got:.4f})", where)
            cut = right > 50 and got < 0.9 * right
            that(
                not cut,
                f"{why}: {right:.1f} comes out as {got:.1f}: no epsilon and no clip, work with logits",
                1,
            )
            few = n > 32 and near(got, np.sum((w * losses)[:32]) / w[:32].sum())
            that(not few, f"{why}: you stop after 32 images; all count, however many there are", hint)
            close = right > 0 and 0.98 < got / right < 1.02
            words = "is something added to a sum, or taken in few digits (float16)?"
            that(not close, f"{why}: nearly, {got:.5f} for {right:.5f}: {words}", hint)
            each = ", ".join(f"{a:.2f}" for a in losses[:5])
            words = f"the images' losses are {each}, their weights {w[:5].tolist()}, together {right:.4f}"
            that(False, f"{why}: {words}; yours is {got:.4f}", hint)
        passed.append(([value for value, _, _ in known], right))
        no = f"Keras can't differentiate this: {use}, no stop_gradient of the loss"
        that(gradient is not None, no, 2)
        slope = w[:, None] * (np.exp(log_p) - np.eye(z.shape[1])[y]) / w.sum()
        close = np.allclose(gradient, slope, atol=1e-4)
        that(
            close,
            f"{why}: the loss is right, but not its gradient (is a step rounded, cut off, or behind stop_gradient?)",
            1,
        )

    even, odd = [1, 1, 1], [1, 1, 9]
    logits = [[2, 0, -1], [0.5, 0.2, 0.1], [-1, 0, 3], [0, 0, 0], [1, 4, 1]]
    expect([0, 1, 2, 1, 1], logits, odd, "one image of weight 9", 3)
    expect([0, 1, 2, 1, 1], logits, even, "all weights 1", 3)
    expect([2, 2, 2, 2, 2], logits, odd, "all of weight 9, which is like all of weight 1")
    expect([2, 0, 2], logits[:3], [0.5, 2, 0], "a class of weight 0")
    expect([2, 0, 1, 0, 0], np.array(logits) + 1000, odd, "logits of 1000 and more")
    expect([2, 0, 1, 0, 0], np.array(logits) - 1000, odd, "logits of −1000 and less")
    expect([2, 1], [[1000, 0, -1000], [0, 0, 0]], odd, "logits from −1000 to 1000")
    expect([1, 2], [[5000, 0, -5000], [0, 1, 2]], odd, "logits of ±5000")
    expect([1], [[0, 1]], [1, 3], "two classes and one image")
    expect([1, 4, 0], np.eye(5)[[1, 0, 3]] * 3, [1, 2, 3, 4, 5], "five classes")
    expect(np.arange(70) % 3, np.arange(210).reshape(70, 3) % 8 / 2, odd, "70 images")


def _is_blank(error):
    """Whether a stub's own `raise NotImplementedError()` made it, and not NumPy at work on what has no value yet."""
    trace = error.__traceback__
    while trace.tb_next is not None:
        trace = trace.tb_next
    return "ipykernel" in trace.tb_frame.f_code.co_filename
