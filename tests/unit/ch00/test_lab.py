"""Lab 00: what it hands its answers, and that no two usual mistakes of a check are one."""

import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest

from utils.ch00 import check_power, check_timer, drawing, lab, noise
from utils.ch00.check_percentiles import nearest_rank
from utils.timing import median_interval


def test_low_end_is_the_intervals():
    ratios = lab.aa_ratios[:61]
    assert lab.low_end(ratios) == median_interval(ratios)[0]
    assert lab.low_end(ratios[:10]) == -np.inf


def test_the_courses_own_compare_waits_before_both_readings():
    log = lab.log_of_compare()
    readings = [i for i, event in enumerate(log) if event in ("start", "stop")]
    assert len(readings) == 2 * 122 and all(log[i - 1] == "wait" for i in readings)


def test_a_log_holds_what_was_done():
    def benchmark(a, b, start, stop, wait):
        a(), start(), b(), stop(), wait()

    assert lab.log_of(benchmark) == ["a", "start", "b", "stop", "wait"]


@pytest.mark.parametrize("mistake", check_timer.TIMER)
def test_a_wrong_timer_is_told_from_the_right_one(mistake):
    times = [
        [check_timer.timed(lab.PretendDevice(check_timer.SECONDS, 7.0), 3, 2, it) for it in ("", mistake)],
        [check_timer.timed(lab.PretendDevice(check_timer.SECONDS, 7.0), 3, 0, it) for it in ("", mistake)],
    ]
    assert any(not np.allclose(right, wrong) for right, wrong in times)
    assert times[0][0] == pytest.approx([2.5133457, 1.2511234, 4.0097654], abs=1e-9)


@pytest.mark.parametrize("mistake", check_power.POWER)
def test_some_case_tells_a_mistake_of_power(mistake):
    cases = check_power.power_cases()[:-4]  # without the long ones
    told = [check_power.fewest(*case[1:4]) != check_power.fewest(*case[1:4], mistake) for case in cases]
    assert any(told)


@pytest.mark.parametrize(("n", "q", "rank"), [(1000, 99.9, 999), (750, 4.4, 33), (100, 7, 7), (4, 51, 3)])
def test_nearest_rank_is_exact(n, q, rank):
    assert nearest_rank(np.arange(1.0, n + 1)[::-1], [q]).tolist() == [rank]


def test_neighbours_work_and_end():
    with noise.neighbours(1):
        assert len(noise.multiprocessing.active_children()) == 1
    assert not noise.multiprocessing.active_children()


def test_new_memory_is_handed_out_by_page_faults():
    """In a process of its own: in this one another test may have had freed memory kept for the next call."""
    code = """
import numpy as np
from utils.ch00 import noise
before = noise.page_faults()
np.ones(16_000_000, np.uint8)
print(noise.page_faults() > before, noise.interruptions() >= 0)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.split() == ["True", "True"], done.stderr


def test_diagrams_draw():
    fig, axes = plt.subplots(2)
    drawing.draw_waiting(axes[0])
    drawing.draw_turns(axes[1])
    assert all(len(ax.patches) >= 5 for ax in axes)
    plt.close(fig)


def test_where_python_has_no_resource_module_nothing_breaks(monkeypatch):
    """On Windows."""
    monkeypatch.setattr(noise, "resource", None)
    info = type("Info", (), {"num_page_faults": 7})
    monkeypatch.setattr(noise.psutil, "Process", type("It", (), {"memory_info": lambda _: info}))
    assert (noise.interruptions(), noise.page_faults()) == (0, 7)
