"""Lab 10's check of the design problem: keep-lists under a latency and an accuracy."""

from __future__ import annotations

import numpy as np
import torch

from utils.ch10.design import MOST_MS, PLACES, BadPlan, as_keeps, cut_cnn, milliseconds, validation_accuracy
from utils.checks import check
from utils.cnn.in_torch import load_cnn

AT_LEAST = (
    97.4  # of validation, in %: plans by what the next layer does reach 97.6 to 98.1, by norms 96.2 at most
)


@check("10-design")
def check_design(that, plan):
    got = plan()
    that(got is not None, "plan returned nothing; is there a return?", 1)
    try:
        keep1, keep2 = as_keeps(got)
    except BadPlan as error:
        that(False, str(error), 1)
    right = validation_accuracy(cut_cnn(keep1, keep2))
    if right >= AT_LEAST:
        return
    took = f"{milliseconds(keep1, keep2):.2f} of {MOST_MS:.2f} ms"
    words = f"{len(keep1)} and {len(keep2)} channels, {took}, {right:.2f}%"
    that(False, f"{words} of validation; {AT_LEAST}% are needed. {what_fails(keep1, keep2)}", 2)


def what_fails(keep1: np.ndarray, keep2: np.ndarray) -> str:
    """Which side costs the most, by putting one back at a time; and by which rule filters seem to be chosen."""
    if min(keep1.min(), keep2.min()) > 0 and validation_accuracy(cut_cnn(keep1 - 1, keep2 - 1)) >= AT_LEAST:
        return "Each channel less by one, they would reach that: channels count from 0"
    one = validation_accuracy(cut_cnn(np.arange(32), keep2))
    two = validation_accuracy(cut_cnn(keep1, np.arange(64)))
    words = (
        f"With all channels of the first convolution back it is {one:.1f}%, with all of the second {two:.1f}%"
    )
    w1, w2, w3 = [p.detach() for p in load_cnn().parameters()][::2]
    reads = w2.transpose(0, 1).flatten(1), w3.unflatten(1, (64, PLACES)).transpose(0, 1).flatten(1)
    norms = [w.flatten(1).norm(dim=1) for w in (w1, w2)]
    counts = [norm * read.norm(dim=1) for norm, read in zip(norms, reads, strict=True)]
    keeps = keep1, keep2
    for size, sign in (("largest", 1), ("smallest", -1)):
        same = best_of(norms, keeps, sign)
        if any(same):
            which = "both" if all(same) else "the first" if same[0] else "the second"
            more = "a channel counts if the next layer uses it, too"
            return f"{words}. Of {which} you keep the {size} filters: {more}"
    low = [place < 0.35 for place in mean_places(counts, keeps)]
    if any(low):
        which = "both" if all(low) else "the first" if low[0] else "the second"
        more = "of which the next layer makes least: does your list hold those that go?"
        return f"{words}. Of {which} you keep mostly channels {more}"
    weak, other = ("second", one) if one < two else ("first", two)
    more = " and fewer of the other" * (other < 97)
    return (
        f"{words}: it is the {weak} one's channels that are missing; choose others there, or keep more{more}"
    )


def best_of(scores, keeps, sign: int) -> list[bool]:
    """Whether what is kept of each layer are those that have the largest scores, or with sign -1 the smallest."""
    pairs = zip([(-sign * score).argsort().tolist() for score in scores], keeps, strict=True)
    return [len(k) < len(best) and set(best[: len(k)]) == set(k.tolist()) for best, k in pairs]


def mean_places(scores, keeps) -> list[float]:
    """Where kept channels stand on the average in the order of scores, a layer: 0 the smallest, 1 the largest."""
    orders = [score.argsort().argsort() / (len(score) - 1) for score in scores]
    return [float(it[torch.as_tensor(k)].mean()) for it, k in zip(orders, keeps, strict=True)]
