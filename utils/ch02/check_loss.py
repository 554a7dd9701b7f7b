"""Lab 02's check of the cross-entropy that skips unlabelled images."""

from __future__ import annotations

import re

import numpy as np

from utils.ch02.replies import an_array, nearly, several, told, where
from utils.checks import check


@check("02-loss")
def check_loss(that, loss_and_gradient):
    def expect(logits, y, why, hint=2):
        logits, y = np.array(logits, float), np.array(y)
        c = logits.shape[1]
        z = logits - logits.max(axis=1, keepdims=True)
        log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        truth = np.where(y[:, None] == np.arange(c), 1.0, 0.0)
        has = truth.sum(axis=1)
        count, p = int(has.sum()), np.exp(log_p)
        right, slope = -np.sum(truth * log_p) / count, has[:, None] * (p - truth) / count
        given = logits.copy(), y.copy()
        for array in given:
            array.flags.writeable = False
        with np.errstate(all="ignore"):
            try:
                got = loss_and_gradient(*given)
            except ValueError as error:
                widths = {
                    int(k) for k in re.findall(r"(\d+)\)", str(error) if "broadcast" in str(error) else "")
                }
                foreign = widths - {1, c, len(y), count}
                words = f"{why}, {c} classes: {error}. How many classes there are, logits.shape[1] tells"
                that(not foreign, words, 3)
                raise
        several(that, got, ("loss", "gradient"), "loss_and_gradient", why, 3)
        swapped = np.shape(got[0]) == logits.shape and np.shape(got[1]) == ()
        that(not swapped, f"{why}: the order is (loss, gradient); yours is the other way round", 3)
        that(np.shape(got[0]) == (), f"{why}: the loss is one number; yours has shape {np.shape(got[0])}", 3)
        gradient = an_array(that, got[1], "the gradient", logits.shape, why, 3)
        loss, off = float(got[0]), gradient[y < 0]
        finite = np.isfinite(gradient[y >= 0]).all()
        tops = logits.max(axis=1)
        why_not = "an exp has become infinite" if tops.min() > -100 else "all exp of a row have become 0"
        why_not = why_not if np.ptp(tops) < 100 else "an exp is infinite, or all of a row are 0"
        why_not += ". Each row needs its own maximum subtracted"
        if not np.abs(logits).max() > 100:
            why_not = "the logits are small: is a logarithm of 0 or a division by 0 in it?"
        elif finite and right > 700:
            why_not = "a probability has become 0, and its logarithm is −∞. Take z − log Σ exp(z) for log p"
        elif right > 700 and np.isfinite(loss):
            why_not = "what do you divide by? A probability may be 0 here, and p − Y needs no division by it"
        that(np.isfinite(loss), f"{why}: the loss is {loss:.4g}; {why_not}", 2)
        that(finite, f"{why}: the gradient holds an infinity or a nan; {why_not}", 2)
        _loss(loss, right, logits, log_p, truth, has, y, why, hint)
        some = (y < 0).any() and np.any(off != 0)
        first = off[np.flatnonzero(np.any(off != 0, axis=1))[0]] if some else []
        words = f"{why}: an image without a label has gradient 0; yours has {np.round(first, 3)}"
        that(not some, words, 1)
        _gradient(gradient, slope, p, truth, has, y, why)
        i, j = where(gradient, slope)
        part = f"(p − 1)/{count}" if y[i] == j else f"p/{count}"
        part = f"{part}, with p = {p[i, j]:.4f}" if y[i] >= 0 else "no label"
        words = f"{why}: the gradient of image {i} by logit {j} should be {slope[i, j]:.4f} ({part})"
        digits = 1e-6 if np.abs(logits).max() < 100 else 1e-4  # what float32 has left
        close = np.allclose(gradient, slope, rtol=1e-4, atol=digits)
        that(close, f"{words}; yours is {gradient[i, j]:.4f}", 3)

    def _loss(loss, right, logits, log_p, truth, has, y, why, hint):
        n, count, losses = len(y), int(has.sum()), -np.sum(truth * log_p, axis=1)[has > 0]
        z = log_p - log_p.max(axis=1, keepdims=True)
        log_sum, of_true = np.log(np.exp(z).sum(axis=1))[has > 0], np.sum(truth * z, axis=1)[has > 0]
        above, tops = losses[(y > 0)[has > 0]], logits.max(axis=1)[has > 0].mean()
        slips = {
            f"is divided by all {n} images; {count} have a label": right * count / n,
            "is a sum over the images; their mean is asked for": right * count,
            "has the wrong sign: it is minus the logarithm of a probability": -right,
            "is to base 10; the natural logarithm, np.log, is asked for": right / np.log(10),
            "is to base 2; the natural logarithm, np.log, is asked for": right / np.log(2),
            "has a logarithm to base 10; np.log is asked for": np.mean(log_sum / np.log(10) - of_true),
            "has a logarithm to base 2; np.log is asked for": np.mean(log_sum / np.log(2) - of_true),
            "has the maximum subtracted in the sum, but not from z_y": right - tops,
            "has the maximum subtracted from z_y, but not in the sum": right + tops,
            "lacks the logarithm of the sum": -np.mean(of_true) if np.any(of_true) else None,
            "is that of equal probabilities: are logits, or the exponents, clipped?": np.log(log_p.shape[1]),
            "is the median of the images' losses; the mean is asked for": np.median(losses),
            "is divided by the number of classes too": right / log_p.shape[1],
            "counts −1 as a label: as an index it is the last class": -log_p[np.arange(n), y].mean(),
            "counts an image without a label as one of the last class: that is what index −1 takes": -log_p[
                np.arange(n), y
            ].sum()
            / count,
            "counts −1 as class 0": -log_p[np.arange(n), np.maximum(y, 0)].mean(),
            "counts images without a label too, as class 0; leave them out of the sum": -log_p[
                np.arange(n), np.maximum(y, 0)
            ].sum()
            / count,
            "leaves out class 0, which is a class; −1 alone means no label": above.mean()
            if len(above)
            else None,
        }
        labelled, smooth = has > 0, -log_p.mean(axis=1)[has > 0].mean()
        wrong = (log_p.argmax(axis=1) != y)[labelled]
        slips |= {
            f"is that of the first {count} rows; images without a label stand anywhere": -log_p[
                np.arange(count), y[labelled]
            ].mean(),
            "is that of labels smoothed by 0.1; they are to be taken as they are": 0.9 * right + 0.1 * smooth,
            "leaves out images that are right already; all that have a label count": losses[wrong].mean()
            if wrong.any()
            else 0.0,
            "leaves out the image with a loss of 100 and more: is an infinity, or a nan, left out of the mean?": (
                losses[losses < 100].mean() if (losses < 100).any() else None
            ),
        }
        told(that, loss, right, slips, f"{why}: the loss", 1, atol=1e-7)
        capped = right > 15 and 0 < loss < 0.99 * right
        words = "was a probability clipped, or a small number added inside a logarithm? That caps the loss"
        that(not capped, f"{why}: the loss is {right:.7g}; yours is {loss:.4g}: {words}", 2)
        huge = loss > 1e300
        that(
            not huge,
            f"{why}: the loss is {right:.7g}; yours is {loss:.3g}: an infinity that was replaced?",
            2,
        )
        columns = f"{why}: the loss should be {right:.7g}; yours is {loss:.7g}"
        columns += ". Does the sum (and the maximum) run over the classes, axis 1?" if hint == 3 else ""
        that(np.isclose(loss, right, rtol=1e-4, atol=1e-5), columns, hint)

    def _gradient(gradient, slope, p, truth, has, y, why):
        n, count, rows = len(y), int(has.sum()), has[:, None]
        slips = {
            ("is a sum over the images, the loss a mean", 3): slope * count,
            (f"is divided by all {n} images; {count} have a label", 1): slope * count / n,
            ("is divided by √n; the mean divides by the number of labelled images", 1): slope
            * np.sqrt(count),
            ("has the wrong sign: it is p − Y", 3): -slope,
            ("is p alone; 1 at the true class is to be subtracted", 3): rows * p / count,
            ("adds 1 at the true class; subtract it", 3): rows * (p + truth) / count,
            ("is divided by the number of classes too", 3): slope / p.shape[1],
            ("is multiplied by p (1 − p); p − Y is all, σ′ has cancelled", 3): slope * p * (1 - p),
            ("is multiplied by p; p − Y is all", 3): slope * p,
            ("is that with respect to p; the logits are asked for: p − Y", 3): rows
            * (p * (1 - truth) - truth / np.maximum(p, 1e-300))
            / count,
            ("is 0 but at the true class; p stands at the others", 3): slope * truth,
            ("is −1/p at the true class, that with respect to p; the logits are asked for: p − Y", 3): -truth
            / np.maximum(p, 1e-12)
            / count,
            ("leaves out class 0, which is a class; −1 alone means no label", 1): slope
            * (y > 0)[:, None]
            * count
            / max(1, np.sum(y > 0)),
            ("lacks images that have a label: only one image was meant to be 0, or none", 1): slope
            * (np.arange(n) != np.argmin(y))[:, None],
        }
        told(that, gradient, slope, slips, f"{why}: the gradient", 3, atol=1e-6)
        sums = np.abs(gradient.sum(axis=1)).max()
        words = f"{why}: each row of p − Y adds up to 0; one of yours to {sums:.3g}"
        that(sums < 1e-3, words, 3)
        rough = nearly(gradient, slope)
        that(not rough, f"{why}: the gradient is right to three digits or so. Is something rounded?", 3)

    logits = [[2, 0, -1], [0.5, 0.2, 0.1], [-1, 0, 3], [0, 0, 0], [1, 4, 1]]
    expect(logits, [0, 1, 2, 1, 1], "five images, all labelled", 3)
    expect(logits, [0, -1, 2, -1, 0], "two of five without a label", 1)
    expect(logits, [-1, -1, -1, -1, 2], "only the last is labelled", 1)
    expect([[1, 2], [3, 1], [0, 1]], [1, -1, 1], "two classes", 1)
    expect([[1, 2, 0], [0, 1, 3], [2, 0, 1], [1, 0, 0]], [1, 0, 0, 1], "nobody is of the last class", 3)
    expect(np.array(logits) + 1000, [2, 0, -1, 0, 0], "logits of 1000 and more")
    expect(np.array(logits) - 1000, [2, 0, 1, -1, 0], "logits of −1000 and less")
    expect([[1000, 0, -1000], [0, 1, 0]], [2, 1], "two images, one with a loss of 2000")
    expect([[0, -60], [0, 1]], [1, 0], "two images, one with a loss of 60")
    expect([[5, 900, 1], [1, 2, 3]], [0, -1], "one with a loss of 895, one without a label")
    expect([[0, 0, -900]], [2], "a loss of 900.7, two logits at the top")
    expect([[1, 0, -900]], [1], "two likely classes, one impossible")
    expect([[6, 0, 0]], [0], "an image that is nearly sure")
    expect([[7]], [0], "a single class: loss 0, gradient 0")
