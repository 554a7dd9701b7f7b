"""Chapter 00's widget: what a statistic of a few repeats would have said at other moments."""

import numpy as np
import pytest

from utils.ch00 import widgets


def test_estimates_cut_the_trace_into_runs():
    trace = np.arange(7.0)
    assert widgets.estimates(trace, 3, "mean").tolist() == [1, 4]
    assert widgets.estimates(trace, 3, "minimum").tolist() == [0, 3]
    assert widgets.estimates(trace, 2, "p99") == pytest.approx([0.99, 2.99, 4.99])


def test_widget_redraws_for_every_choice():
    widget = widgets.explore_timings({"alone": np.linspace(1, 2, 3000)})
    _machine, statistic, repeats = widget.children[:3]
    statistic.value, repeats.value = "p99", 1000
    assert widget.kwargs == {"machine": "alone", "statistic": "p99", "repeats": 1000}
