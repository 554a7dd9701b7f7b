"""Learning-rate schedules for chapter 07: functions of how much of the training is done, which no unit can spoil."""

from __future__ import annotations

from math import cos, pi


def constant(done: float) -> float:
    """Always 1. ``done`` is the fraction of all steps that lie behind, 0 to 1, here and below."""
    return 1.0


def step(done: float) -> float:
    """A tenth of the rate from half of the way, a hundredth from three quarters."""
    return 1.0 if done < 0.5 else 0.1 if done < 0.75 else 0.01


def cosine(done: float) -> float:
    """From 1 to 0 along half a cosine (Loshchilov and Hutter 2016)."""
    return (1 + cos(pi * done)) / 2


def one_cycle(done: float) -> float:
    """Up from 1/25 for 30% of the way, then down to 0, both along a cosine (Smith and Topin 2018)."""
    if done < 0.3:
        return 1 / 25 + (1 - 1 / 25) * (1 - cos(pi * done / 0.3)) / 2
    return cosine((done - 0.3) / 0.7)


def warm_up_linear(done: float) -> float:
    """Straight up for 20% of the way, then straight down to 0."""
    return max(done, 0.001) / 0.2 if done < 0.2 else (1 - done) / 0.8


SCHEDULES = {
    "constant": constant,
    "step": step,
    "cosine": cosine,
    "one-cycle": one_cycle,
    "warm-up, linear": warm_up_linear,
}
