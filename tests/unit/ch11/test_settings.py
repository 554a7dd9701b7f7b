"""The widget of chapter 11's lesson draws."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from utils.ch11.settings import RANGES, draw_setting, explore_settings, set_to


def test_it_draws_and_browses():
    w = np.random.default_rng(0).normal(size=(6, 5))
    accuracies = {(b, s, g): 50.0 for b in (2, 3) for s in ("all", "some") for g in ("tensor", "channel")}
    draw_setting(w, w.round(), accuracies, (2, "some", "tensor"), 97)
    explore_settings(w, lambda *setting: w.round(), accuracies, 97)
    plt.close("all")


@pytest.mark.parametrize("granularity", ["per tensor", "per channel"])
@pytest.mark.parametrize("span", RANGES)
def test_a_setting_rounds_to_few_values_and_the_least_error_has_the_least(span, granularity):
    w = torch.randn(6, 500, generator=torch.Generator().manual_seed(0))
    rounded = {name: set_to(w, 3, name, granularity) for name in RANGES}
    rows = rounded[span] if granularity == "per channel" else rounded[span].reshape(1, -1)
    assert max(len(row.unique()) for row in rows) <= 7
    errors = {name: (r - w).norm().item() for name, r in rounded.items()}
    assert errors["least error"] <= 1.02 * min(errors.values())
