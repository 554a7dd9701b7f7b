"""Where two runs part: the step is counted from 1, and equal bits are no difference."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest

from utils.ch03.divergence import FLOOR, choose_parts, draw_partings, first_parting, largest_gap


@pytest.mark.parametrize(
    ("b", "step", "gap"),
    [([2.0, 1.0, 0.5], None, 0), ([2.0, 1.0, 0.75], 3, 0.25), ([2.5, 1.0, 0.5], 1, 0.5)],
)
def test_parting(b, step, gap):
    a = [2.0, 1.0, 0.5]
    assert first_parting(a, b) == step
    assert largest_gap(a, b) == gap


def test_the_last_bit_counts():
    a = np.float32([1.0, 2.0])
    b = np.nextafter(a, np.float32(9))
    assert first_parting(a, b) == 1
    assert 0 < largest_gap(a, b) < 1e-6


def test_equal_bits_are_drawn_at_the_foot():
    fig, ax = plt.subplots()
    draw_partings({"same": [1.0, 0.5], "other": [1.0, 0.6]}, [1.0, 0.5], ax)
    same, other = (line.get_ydata() for line in ax.lines)
    assert same.tolist() == [FLOOR, FLOOR]
    assert other[0] == FLOOR and other[1] == pytest.approx(0.1)
    plt.close(fig)


def test_the_widget_resumes_with_what_is_ticked(monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: plt.close("all"))
    asked = []

    def resume(parts):
        asked.append(list(parts))
        return [1.0, 0.5]

    widget = choose_parts(resume, ["weights", "momentum"], [1.0, 0.5])
    widget.update()
    assert asked[-1] == ["weights"]
    widget.children[1].value = True
    assert asked[-1] == ["weights", "momentum"]
