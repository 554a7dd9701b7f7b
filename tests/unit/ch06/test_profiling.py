"""What lesson 06 uses: nested events, kinds of work, times by turns."""

from __future__ import annotations

import itertools
import json
from types import SimpleNamespace

import matplotlib.pyplot as plt
import pytest

from utils.ch06 import lab
from utils.ch06.roofline import by_turns, draw_roofline
from utils.ch06.traces import draw_trace, fractions, nested


def test_depth_is_how_many_events_are_open():
    events = [{"ts": t, "dur": d} for t, d in [(0, 10), (0, 4), (4, 6), (5, 1), (10, 2)]]
    assert [(depth, e["ts"], e["dur"]) for depth, e in nested(events[::-1])] == [
        (0, 0, 10),
        (1, 0, 4),
        (1, 4, 6),
        (2, 5, 1),
        (0, 10, 2),
    ]


def test_fractions_are_of_self_times_and_sum_to_one():
    times = {"aten::mkldnn_convolution": 30, "aten::addmm": 20, "aten::max_pool2d": 40, "aten::relu": 10}
    events = [SimpleNamespace(key=name, self_cpu_time_total=us) for name, us in times.items()]
    found = fractions(events)
    assert found["convolution"] == 0.3 and found["pooling"] == 0.4 and found["other op"] == 0.1
    assert sum(found.values()) == pytest.approx(1)


def test_each_function_is_timed_by_turns():
    called = []
    seconds = by_turns({"a": lambda: called.append("a"), "b": lambda: called.append("b")}, rounds=2)
    assert set(seconds) == {"a", "b"} and min(seconds.values()) > 0
    assert [name for name, _ in itertools.groupby(called)] == ["a", "b"] * 3


def test_a_trace_is_drawn_with_a_bar_for_each_event_of_the_step(tmp_path):
    path = tmp_path / "trace.json"
    path.write_text(json.dumps(lab.example_trace()), encoding="utf-8")
    figure = draw_trace(path, 0)
    assert len(figure.axes[0].patches) == len(lab.example_trace()["traceEvents"])
    plt.close(figure)


def test_the_roof_has_a_dot_for_each_operation():
    rows = [("a, 1", 1e9, 1e6, 0.01), ("a, 2", 1e6, 1e6, 0.001), ("b", 1e8, 1e7, 0.02)]
    ax = draw_roofline(rows, 1e11, 1e10, lambda name: name.split(",")[0])
    assert [len(dots.get_offsets()) for dots in ax.collections] == [2, 1]
    plt.close(ax.figure)
