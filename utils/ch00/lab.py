"""What lab 00 hands its answers: a pretend device with a clock of its own, recorded times, ratios of A/A pairs."""

from __future__ import annotations

from utils.ch00.noise import load_noise
from utils.checks import fixed

noise = load_noise()["with neighbours"]  # (40000,) seconds of one unchanged call, in order, read-only
pairs = noise.reshape(-1, 2)  # (20000, 2): each call and the next
aa_ratios = pairs[:, 1] / pairs[:, 0]  # (20000,)
aa_ratios.flags.writeable = False


class PretendDevice:
    """Runs what it is told to later: only wait() lets the queued seconds pass on its clock."""

    def __init__(self, seconds):
        self.seconds, self.queued, self.now = list(seconds), 0.0, 100.0
        self.calls = self.looks = 0

    def clock(self):
        self.looks += 1
        return self.now

    def run(self):
        self.now += 1e-3  # handing over the work takes a millisecond
        self.queued += self.seconds[self.calls % len(self.seconds)]
        self.calls += 1

    def wait(self):
        self.now += self.queued
        self.queued = 0.0


fixed(__name__)
