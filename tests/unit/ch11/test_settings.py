"""The widget of chapter 11's lesson draws."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np

from utils.ch11.settings import draw_setting, explore_settings


def test_it_draws_and_browses():
    w = np.random.default_rng(0).normal(size=(6, 5))
    accuracies = {(b, s, g): 50.0 for b in (2, 3) for s in ("all", "some") for g in ("tensor", "channel")}
    draw_setting(w, w.round(), accuracies, (2, "some", "tensor"), 97)
    explore_settings(w, lambda *setting: w.round(), accuracies, 97)
    plt.close("all")
