"""Lab 05's check of the design: the threshold with a margin, and a detector that finds enough."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from utils.ch05.design import SEED, BadOptions, complete, lower_end, photographed, scores_after, validation
from utils.checks import check

WHY = {  # what an option that is missing, or goes too far, leaves unlike the images in use
    "negative": "At the desk digits are light; in use they are dark, too",
    "shift": "At the desk digits lie in the middle; in use they lie anywhere",
    "flip": "A seven upside down or in a mirror isn't one that anybody writes",
    "degrees": "A seven turned so far isn't one that anybody writes",
}


def best_of(scores, is_seven, good, better) -> float:
    """The threshold, of the highest first, for which ``good(hits, flagged)``, with the first best of ``better(…)``."""
    best, most = np.inf, -np.inf
    for t in np.unique(scores)[::-1]:
        said = scores >= t
        hits, flagged = np.sum(said & is_seven), said.sum()
        if good(hits, flagged) and better(hits, flagged) > most:
            best, most = t, better(hits, flagged)
    return float(best)


def mistakes(scores: np.ndarray, is_seven: np.ndarray, floor: float) -> Iterator[tuple]:
    """(threshold of a mistake, its words, hint)."""
    sevens = is_seven.sum()

    def good(hits, flagged):
        return lower_end(hits, flagged) >= floor

    def of(good, better=lambda hits, flagged: hits):
        return best_of(scores, is_seven, good, better)

    rank = np.argsort(-scores, kind="stable")
    hits, flagged = np.cumsum(is_seven[rank]), np.arange(1, len(scores) + 1)
    apart = lower_end(hits, flagged) >= floor
    if apart.any():
        words = "equal scores are flagged together; you count some of a run"
        yield scores[rank][np.argmax(np.where(apart, hits, -1))], words, 2
    words = "you compare the precision itself with the floor; compare its lower end"
    yield of(lambda hits, flagged: hits / flagged >= floor), words, 2
    yield (
        of(good, lambda hits, flagged: -flagged),
        "that is the first threshold that is good; take the most recall",
        2,
    )
    words = (
        "that is the threshold with the best precision; of those that reach the floor, take the most recall"
    )
    yield of(good, lambda hits, flagged: hits / flagged), words, 2
    yield of(good, lambda hits, flagged: hits / flagged + flagged / 1e6), words, 2
    yield 0.5, "0.5 is no threshold of these scores, which aren't probabilities", 2
    words = "that is the best F1; of those that reach the floor, take the most recall"
    yield of(good, lambda hits, flagged: hits / (flagged + sevens)), words, 2
    words = "of thresholds with the same recall take the highest"
    yield of(good, lambda hits, flagged: hits + flagged / 1e6), words, 2
    yield of(good, lambda hits, flagged: flagged), words, 2
    order = np.unique(scores)[::-1]
    ends = [good(np.sum(is_seven[scores >= t]), np.sum(scores >= t)) for t in order]
    begin = int(np.argmax(ends))
    stop = begin + int(np.argmin([*ends[begin:], False]))
    if any(ends) and stop > begin:
        words = "you stop where the lower end falls below the floor, and it rises again"
        run = scores >= order[stop - 1]
        yield best_of(scores[run], is_seven[run], good, lambda hits, flagged: hits), words, 2
    at = order[order < best_of(scores, is_seven, good, lambda hits, flagged: hits)][:1]
    yield (at[0] if len(at) else np.nan), "seven is where scores >= t: t itself is flagged", 2


@check("05-design")
def check_design(that, design, choose_threshold):
    def expect(scores, is_seven, floor, why):
        scores, is_seven = np.array(scores, float), np.array(is_seven, bool)
        right = best_of(scores, is_seven, lambda *of: lower_end(*of) >= floor, lambda hits, _: hits)
        for array in (scores, is_seven):
            array.flags.writeable = False
        got = choose_threshold(scores, is_seven, floor)
        said = f"choose_threshold, {why}, floor {floor:.3g}"
        that(got is not None and np.ndim(got) == 0, f"{said}: return one number, not {got!r}", 2)
        that(not isinstance(got, bool | np.bool_), f"{said}: return one number, not {got!r}", 2)
        if float(got) == right:
            return
        yours, few = scores >= got, f" of {scores.tolist()}" if len(scores) < 12 else ""
        words = f"that is {right:.6g}; yours is {float(got):.6g}{few}"
        n = int(yours.sum())
        if n:
            hits = int(np.sum(yours & is_seven))
            words += f". It flags {n}, {hits} rightly: a precision of {hits / n:.3f}"
            words += f", lower end {lower_end(hits, n):.3f}"
        none = "Go on where the first few miss the floor; scores may have any size"
        that(right < np.inf, f"{said}: where no threshold is good, return np.inf; {words}", 2)
        that(float(got) < np.inf, f"{said}: you find none; {words}. {none}", 2)
        for wrong, what, hint in mistakes(scores, is_seven, floor):
            that(not np.isclose(float(got), wrong, rtol=1e-9), f"{said}: {what}; {words}", hint)
        that(False, f"{said}: {words}", 2)

    rng, ones = np.random.default_rng(0), np.ones
    expect(range(9, 0, -1), [1, 1, 1, 1, 0, 1, 0, 0, 0], 0.5, "scores 9 to 1")
    expect(range(40), np.arange(40) > 15, 0.8, "24 sevens above all others")
    expect(range(60, 0, -1), np.r_[ones(20), 0, 0, ones(28), np.zeros(10)], 0.8, "falls, and rises again")
    ties = np.r_[np.arange(60, 30, -1), np.full(5, 30)]
    expect(ties, np.r_[ones(31), 0, 0, 0, 0], 0.85, "a run of equal scores")
    expect([3, 2, 1], [0, 0, 1], 0.5, "nothing reaches it")
    expect([9, 8, 7, 6, 5, 4], ones(6), 0.8, "six of six: too few to be sure of")
    expect(np.arange(30) - 40.0, np.arange(30) > 9, 0.7, "scores below zero")
    expect(np.arange(30, -3, -1), np.r_[ones(30), 0, 0, 0], 0.7, "the same recall at several thresholds")
    scores = rng.normal(size=400).round(2)
    expect(scores, rng.random(400) < 1 / (1 + np.exp(-4 * scores)), 0.7, "400 scores with ties")
    near = float(lower_end(28, 29)) - 1e-9
    expect(
        range(50, 0, -1),
        np.r_[ones(18), 0, ones(10), 0, np.zeros(20)],
        near,
        "a lower end just above the floor",
    )
    options = design()
    try:
        complete(options)
    except BadOptions as error:
        that(False, f"design: {error}", 1)
    x_val, is_seven = validation()
    (scores,) = scores_after(*photographed(), options, SEED, x_val)
    said = scores >= choose_threshold(scores.copy(), is_seven.copy(), 0.8)
    precision, recall = np.mean(is_seven[said]) if said.any() else 0, np.mean(said[is_seven])
    words = f"design: on validation, precision {precision:.2f} and recall {recall:.2f}; a recall of 0.6 is asked for"
    options = complete(options)
    for key, why in WHY.items():
        harmful = key in ("flip", "degrees")
        bad = options[key] > (0 if key == "flip" else 45) if harmful else not options[key]
        that(recall >= 0.6 or not bad, f"{words}. {why}", 1)
    that(recall >= 0.6, words, 1 if recall < 0.4 else 2)
