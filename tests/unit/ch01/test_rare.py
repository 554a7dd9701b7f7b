from __future__ import annotations

import numpy as np
import pytest

from utils.ch01 import rare
from utils.data import load_mnist


def test_the_threshold_is_the_lowest_with_the_floors_precision_on_validation():
    data = load_mnist()
    on_val, on_test = (np.where(y == 8, 0.4, 0.1) for y in (data.y_val, data.y_test))
    at_half, chosen = rare.at_thresholds(on_val, on_test)
    assert chosen == (1, 1)  # at 0.4; at 0.1 one in ten alarms would be real
    assert at_half == (0, 0)  # none is flagged


def test_where_no_threshold_has_that_precision_nothing_is_flagged():
    data = load_mnist()
    on_val, on_test = (np.where(y == 8, 0.1, 0.4) for y in (data.y_val, data.y_test))
    assert rare.at_thresholds(on_val, on_test)[1] == (0, 0)


@pytest.mark.parametrize("remedy", rare.REMEDIES)
def test_the_recording_holds_six_runs_of_each(remedy):
    assert rare.load_detectors()[remedy].shape == (rare.NUM_RUNS, 2, 2)
