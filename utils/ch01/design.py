"""Lab 01's design problem, a detector for a rare digit: one pass of training, its images, and what was trained."""

from __future__ import annotations

import functools

import numpy as np
from sklearn.linear_model import SGDClassifier

from utils.checks import fixed
from utils.data import load_mnist, to_float

_passes: list[
    dict
] = []  # of the detector that is tried: the images, the weight, the function, and what it scored


def _noted(train):
    @functools.wraps(train)
    def run(x, is_rare, weight):
        score_of = train(x, is_rare, weight)
        scored = []

        def score(images):
            scored.append(images)
            return score_of(images)

        _passes.append({"x": x, "weight": float(weight), "score": score, "scored": scored})
        return score

    return run


def _holds(x, images):
    """Whether these images are among those of ``x``."""
    return images is x or {image.tobytes() for image in images} <= {image.tobytes() for image in x}


def train(x, is_rare, weight):
    """One pass of logistic regression; returns score(x): images (n, 28, 28) -> (n,)."""
    unit = SGDClassifier(loss="log_loss", learning_rate="constant", eta0=0.002, random_state=0)
    importance = np.where(is_rare, weight, 1.0)
    pixels = x.reshape(len(x), -1)  # (n, 784)
    unit.partial_fit(pixels, is_rare, classes=[False, True], sample_weight=importance)
    return lambda images: unit.decision_function(images.reshape(len(images), -1))


train = _noted(train)  # here, so that a lab prints it without


def watched(detector, *given):
    """What the detector returned, and the passes of training that it made, in order."""
    _passes.clear()
    got = detector(*given)
    passes = [dict(one) for one in _passes]
    _passes.clear()
    return got, passes


def try_out(detector, x_train, train_is_rare, x_val, val_is_rare, floor):
    """What the detector returned, and how it came by it, four answers.

    Did train return this score, was it given training images only, how many weights were tried, and how many of
    them were compared on validation images?
    """
    got, passes = watched(detector, x_train, train_is_rare, x_val, val_is_rare, floor)
    return got, told_of(got, passes, x_train, x_val)


def told_of(got, passes, x_train, x_val):
    score = got[0] if isinstance(got, tuple | list) and got else None
    made = any(score is one["score"] for one in passes)
    only = all(_holds(x_train, one["x"]) for one in passes)
    compared = {one["weight"] for one in passes if any(_holds(x_val, x) for x in one["scored"])}
    return made, only, len({one["weight"] for one in passes}), len(compared)


def collect(digit, share, rng):
    """4,000 training images, a fraction of them of the digit: images (4000, 28, 28) and is_rare (4000,)."""
    data = load_mnist()
    rare, others = np.flatnonzero(data.y_train == digit), np.flatnonzero(data.y_train != digit)
    num_rare = round(share * 4_000)
    chosen = np.r_[rng.choice(rare, num_rare, False), rng.choice(others, 4_000 - num_rare, False)]
    chosen = rng.permutation(chosen)
    return to_float(data.x_train[chosen]), data.y_train[chosen] == digit


fixed(__name__)
