"""Lab 07's check of schedules: the rates that are asked for, and usual mistakes."""

from __future__ import annotations

from math import ceil, cos, pi

import numpy as np

from utils.checks import check


def an_array(that, got, shape: tuple, kind: str, words: str, hint: int = 1) -> None:
    """Reply unless ``got`` is a NumPy array of that shape and dtype."""
    that(got is not None, f"{words}: nothing came back; is there a return?", hint)
    that(
        isinstance(got, np.ndarray), f"{words}: a NumPy array is asked; yours is a {type(got).__name__}", hint
    )
    that(got.dtype == kind, f"{words}: {kind} is asked; yours is {got.dtype}", 1)
    that(got.shape == shape, f"{words}: {shape} is asked; your shape is {got.shape}", hint)


def rates(n: int, batch_size: int, num_epochs: int, peak: float, warm_up: float, kind: str) -> np.ndarray:
    """The rate of each step, by a loop."""
    per_epoch, found = ceil(n / batch_size), []
    steps, rising = per_epoch * num_epochs, round(per_epoch * warm_up)
    for k in range(steps):
        if k < rising:
            found.append(peak * (k + 1) / rising)
        else:
            done = (k - rising) / (steps - rising)
            found.append(peak * (1 - done if kind == "linear" else (1 + cos(pi * done)) / 2))
    return np.array(found)


@check("07-schedule")
def check_schedule(that, schedule):
    def expect(n, batch_size, num_epochs, warm_up, kind, peak=0.5):
        right = rates(n, batch_size, num_epochs, peak, warm_up, kind)
        per_epoch = ceil(n / batch_size)
        got = schedule(n, batch_size, num_epochs, peak, warm_up, kind)
        words = f"schedule({n}, {batch_size}, {num_epochs}, {peak}, {warm_up}, {kind!r})"
        that(got is not None, f"{words} returned nothing; is there a return?", 1)
        size = getattr(got, "shape", ())
        that(size != (num_epochs,) or per_epoch == 1, f"{words}: a rate for each step, not each epoch", 1)
        floor = n % batch_size and size == (n // batch_size * num_epochs,)
        that(not floor, f"{words}: the last, smaller batch of an epoch is a step too", 1)
        more = not n % batch_size and size == ((per_epoch + 1) * num_epochs,)
        that(not more, f"{words}: {n} examples are exactly {per_epoch} batches of {batch_size} an epoch", 1)
        an_array(that, got, right.shape, "float64", words)
        if np.allclose(got, right, rtol=1e-9, atol=1e-12):
            return
        single = np.allclose(got, right, rtol=1e-5, atol=1e-7)
        that(not single, f"{words}: right to seven digits only: was it float32 on the way?", 3)
        that(not np.allclose(got * peak, right), f"{words}: as if the peak were 1, and not {peak}", 3)
        rising = warm_up * per_epoch
        for epoch in range(num_epochs if per_epoch > 1 else 0):
            part = got[epoch * per_epoch : (epoch + 1) * per_epoch]
            same = len(set(part.tolist())) == 1
            that(not same, f"{words}: it changes once an epoch only; it has to at each step", 1)
        short = rates(n, batch_size, num_epochs, peak, warm_up / per_epoch, kind)
        in_steps = warm_up and np.allclose(got, short)
        means = f"warm_up is in epochs: {warm_up} means {rising} steps"
        that(not in_steps, f"{words}: {means}, and yours are {warm_up}", 1)
        if rising:
            that(got[0] != 0, f"{words}: step 0 has rate 0, and learns nothing; {right[0]:.4g} is right", 2)
            top = f"{words}: step {rising - 1} is the last one of the warm-up, and has peak itself, {peak}; yours"
            that(np.isclose(got[rising - 1], peak), f"{top} {got[rising - 1]:.6g}", 2)
        that(
            rising == len(got) or got[-1] > 1e-12,
            f"{words}: the last step has rate 0, and learns nothing: 0 would be the rate of step {len(got)}",
            3,
        )
        other = "linear" if kind == "cosine" else "cosine"
        mixed = np.allclose(got, rates(n, batch_size, num_epochs, peak, warm_up, other))
        that(not mixed, f"{words}: that is the {other} schedule: does kind decide?", 3)
        after = np.arange(rising, len(got)) / len(got)
        of_all = kind == "linear" and np.allclose(got[rising:], peak * (1 - after))
        that(
            not of_all,
            f"{words}: d is the way through what is left: 0 at step {rising}, behind the warm-up",
            3,
        )
        done = (np.arange(len(got)) - rising) / max(len(got) - rising, 1)
        quarter = kind == "cosine" and np.allclose(got[rising:], peak * np.cos(np.pi / 2 * done[rising:]))
        that(not quarter, f"{words}: half a cosine, (1 + cos πd) / 2, falls slowly at both ends", 2)
        for wrong, said in [
            (peak * (1 - np.cos(np.pi * done)) / 2, "it rises from 0: 1 + cos, not 1 - cos"),
            (peak * (1 + np.cos(np.pi * done)), "half of that: (1 + cos πd) / 2"),
            (peak * (1 + np.cos(2 * np.pi * done)) / 2, "cos πd: half a period, and not a whole one"),
            (peak * (1 + np.cos(np.radians(180 * done) / 180 * np.pi)) / 2, "np.cos takes radians"),
            (right / peak, "the fall begins at peak, too"),
        ]:
            same = kind == "cosine" and len(done) > rising and np.allclose(got[rising:], wrong[rising:])
            that(not same, f"{words}: {said}", 3)
        k = int(np.argmax(~np.isclose(got, right, rtol=1e-9, atol=1e-12)))
        where = "in the warm-up" if k < rising else "after the warm-up" if rising else "without a warm-up"
        that(False, f"{words}: {where}, step {k} has {right[k]:.6g}; yours {got[k]:.6g}", 3)

    expect(8, 2, 2, 1, "linear")
    expect(10, 4, 3, 1, "linear")
    expect(10, 4, 3, 1, "cosine")
    expect(7, 3, 2, 0, "linear")
    expect(7, 3, 2, 0, "cosine", 1e-3)
    expect(3, 8, 5, 2, "cosine")
    expect(9, 2, 2, 2, "linear")
    expect(55_000, 256, 3, 1, "cosine", 3.0)
