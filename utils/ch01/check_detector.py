"""Lab 01, exercise 5: thresholds, detectors, usual mistakes, and words for them."""

from __future__ import annotations

import numpy as np

from utils.ch01.design import collect, told_of, watched
from utils.checks import check
from utils.data import load_mnist, to_float


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
            *[
                (
                    values[hits / flagged == max(hits / flagged)][end],
                    f"that is the {which} with the most precision; the most recall at the floor or above is asked for",
                )
                for which, end in (("highest", 0), ("lowest", -1))
            ],
            (
                values[good][np.argmax((hits / (flagged + is_rare.sum()))[good])],
                "that has the best F1 of those that reach the floor; the most recall is asked",
            ),
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


def chosen(passes, at, threshold, x_train, train_is_rare, x_val, is_digit, floor):
    """How this threshold and this weight were chosen, if it was by a usual mistake: words, or ""."""
    on_val = [one["score"](x_val) for one in passes]
    on_train = [one["score"](x_train) for one in passes]
    ours = [thresholds_of(it, is_digit, floor)[0] for it in on_val]
    if threshold != ours[at]:
        said = "The threshold"
        if threshold in ours:
            return f"{said} belongs to another weight's score: keep score and threshold together"
        if threshold == thresholds_of(on_train[at], train_is_rare, floor)[0]:
            return f"{said} is chosen on the training images, which flatter: choose it on validation"
        for other in np.arange(0.05, 1, 0.05):
            if abs(other - floor) > 1e-9 and threshold == thresholds_of(on_val[at], is_digit, other)[0]:
                return f"{said} keeps a precision of {other:.2g}, and not of the floor that was handed in, {floor}"
        parts = {f"the first {n}": slice(n) for n in (100, 200, 250, 300, 500, 1000, 2000, 2500)}
        parts |= {"every second one": slice(0, None, 2), "every other one": slice(1, None, 2)}
        kept = ((part, on_val[at][some], is_digit[some]) for part, some in parts.items())
        fits = [part for part, *both in kept if threshold == thresholds_of(*both, floor)[0]]
        more = f". Yours is right for {fits[0]} of the validation images: do you use all?" if fits else ""
        if threshold > ours[at]:
            words = f"{said} is stricter than the floor asks: at {ours[at]:.4g} this score reaches it, and finds more"
            return words + more
        words = f"{said} is too low: at {ours[at]:.4g} this score reaches the floor, with all the recall it can have"
        return words + more
    recalls = np.array([np.mean(it[is_digit] >= t) for it, t in zip(on_val, ours, strict=True)])
    if recalls[at] >= recalls.max() - 1e-9:
        return ""
    flags = [it >= 0 for it in on_val]
    by_training = [thresholds_of(it, train_is_rare, floor)[0] for it in on_train]
    ways = {
        "its recall on the training images": [
            np.mean(it[train_is_rare] >= t) for it, t in zip(on_train, by_training, strict=True)
        ],
        "its accuracy at the threshold 0": [np.mean(it == is_digit) for it in flags],
        "its accuracy": [np.mean((it >= t) == is_digit) for it, t in zip(on_val, ours, strict=True)],
        "its recall at the threshold 0, not at its own": [np.mean(it[is_digit]) for it in flags],
        "its F1 at the threshold 0": [
            2 * np.sum(it & is_digit) / (it.sum() + is_digit.sum()) for it in flags
        ],
        "its area under the ROC curve": [area(it, is_digit) for it in on_val],
        "its precision": [
            np.mean(is_digit[it >= t]) if t < np.inf else 0 for it, t in zip(on_val, ours, strict=True)
        ],
        "the least recall": -recalls,
    }
    by = [way for way, values in ways.items() if int(np.argmax(values)) == at]
    if by:
        how = ", or by ".join(by[:3])
        return f"The weight that you keep is the best by {how}: compare recall on validation, each at its own threshold"
    for way, i in {"first": 0, "last": len(passes) - 1}.items():
        if at == i:
            return f"You return the {way} weight that you tried, not the one with the most recall"
    return ""


def area(score, is_rare):
    """Under the ROC curve, by ranks."""
    ranks = np.argsort(np.argsort(score))[is_rare]
    return (ranks.mean() - (is_rare.sum() - 1) / 2) / (~is_rare).sum()


@check("01-detector")
def check_detector(that, choose_threshold, detector):
    excluded = set()  # words for mistakes that would have gone wrong before

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
            excluded.update(says for _, says in known)
            return
        words = f"choose_threshold, {why}, floor {floor}, scores {score}, rare {is_rare.astype(int)}"
        for value, says in known:
            that(
                says in excluded or float(got) != value, f"{words}: {says}. It is {right}; yours is {got}", 2
            )
        between = not np.any(score == got) and np.isfinite(right) and np.isfinite(got)
        rounded = [np.round(right, k) for k in range(13)] + [np.float16(right), np.float32(right)]
        says = "don't round" if got in rounded else "try the scores themselves, not a grid or percentiles"
        that(not between, f"{words}: it is {right:.16g}, one of the scores; yours is {got:.16g}: {says}", 2)
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
        says = (
            f"it flags what it should, but the highest such threshold is {float(right)!r}, not {float(got)!r}"
        )
        that(False, f"{words}: {says}", 2)

    nine = [9, 8, 7, 6, 5, 4, 3, 2, 1]
    up = [10, 20, 30, 40, 50, 60, 70]
    expect(up, [1, 1, 0, 0, 1, 1, 1], 0.9, "scores given from the lowest up")
    expect([4, 3, 2, 1], [1, 1, 0, 0], 1.0, "every alarm has to be real")
    expect(nine, [1, 1, 1, 0, 1, 0, 0, 0, 0], 0.75, "a false alarm among the hits")
    expect(nine, [1, 0, 0, 1, 1, 1, 0, 0, 0], 0.6, "precision falls below 0.6 and rises again")
    expect([3, 2, 1], [0, 0, 1], 0.9, "no threshold reaches 0.9")
    expect([5, 4, 3], [1, 0, 0], 0.9, "a single hit")
    expect(nine, [1, 1, 0, 1, 0, 0, 0, 0, 1], 0.75, "scores 9 to 1")
    expect(nine, [0, 1, 1, 1, 0, 0, 0, 0, 0], 0.7, "the highest score is a false alarm")
    expect(nine, [1, 0, 1, 0, 0, 0, 0, 0, 0], 0.5, "two thresholds with the same recall")
    expect([5, 5, 5, 1], [1, 0, 0, 0], 0.5, "a hit tied with two false alarms")
    expect([1, 5, 5, 3], [0, 1, 0, 1], 0.6, "a tie, unsorted")
    expect([5, 5 - 1e-9, 2, 900], [1, 0, 1, 1], 0.8, "scores 1e-9 apart, and one far off")
    expect([-3, -2, -1], [0, 1, 1], 0.9, "scores below zero")
    expect([2 / 3, 1 / 3, 1 / 7, 0.1], [1, 0, 1, 0], 0.6, "scores with many digits")
    data = load_mnist()
    x_val, y_val = to_float(data.x_val), data.y_val
    for digit, share, floor, reachable, draw in [
        (8, 0.1, 0.5, 0.76, 1),
        (5, 0.3, 0.8, 0.5, 1),
        (5, 0.3, 0.8, 0.54, 2),
    ]:
        x_few, few_is_rare = collect(digit, share, np.random.default_rng(draw))
        order = np.random.default_rng(2).permutation(len(x_val))
        is_digit = y_val[order] == digit
        given = [x_few, few_is_rare, x_val[order], is_digit]
        for array in given:
            array.flags.writeable = False
        got, passes = watched(detector, *given, floor)
        made, only, weights, compared = told_of(got, passes, x_few, given[2])
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
        at = next(i for i, one in enumerate(passes) if one["score"] is got[0])
        tried = sorted({one["weight"] for one in passes})
        says = ", ".join(f"{weight:g}" for weight in tried[:8])
        on_val = np.asarray(got[0](given[2]))
        flagged, best = on_val >= got[1], on_val >= thresholds_of(on_val, is_digit, floor)[0]
        precision = np.sum(flagged & is_digit) / max(1, flagged.sum())
        recall = np.mean(flagged[is_digit])
        which = f"detector of {digit}s with floor {floor}: on validation, precision"
        # Scored in other batches, one image may be rounded to the other side.
        short = precision < floor or recall < reachable or np.sum(flagged != best) > 1
        why = chosen(passes, at, got[1], *given, floor) if short else ""
        that(not why, f"{which} is {precision:.3f} and recall {recall:.3f}. {why}", 3)
        that(
            flagged.any(),
            f"detector of {digit}s with floor {floor}: your threshold, {got[1]}, flags nothing. Of the weights "
            f"that you tried ({says}) none reaches the floor, or the one that you keep doesn't",
            3,
        )
        that(
            precision >= floor,
            f"{which} is {precision:.3f}: is the threshold this score's, chosen on validation?",
            2,
        )
        words = f"{which} is {precision:.3f} and recall {recall:.3f}; a recall of {reachable} can be had"
        that(
            recall >= reachable,
            f"{words}. You keep {passes[at]['weight']:g} of {says}: try weights below, between or above those",
            3,
        )
