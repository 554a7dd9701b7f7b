import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from utils import plots


@pytest.fixture(autouse=True)
def fresh_figure():
    plots.use_style()
    yield
    plt.close("all")


def test_learning_curves_start_at_epoch_one():
    ax = plots.learning_curves({"loss": [3, 2, 1], "val_loss": [3, 2.5, 2]})
    assert ax.lines[0].get_xdata()[0] == 1
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["loss", "val loss"]
    assert ax.lines[0].get_marker() != ax.lines[1].get_marker(), "told apart in grey print, too"


def test_image_grid_marks_what_is_wrong():
    fig = plots.image_grid(np.zeros((3, 28, 28)), np.array([1, 2, 3]), np.array([1, 7, 3]), columns=2)
    titles = [ax.get_title() for ax in fig.axes]
    assert titles == ["1", "2→7 ✗", "3", ""]


def test_confusion_matrix_shows_counts_and_shades_mistakes():
    ax = plots.confusion_matrix(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1]))
    assert [text.get_text() for text in ax.texts] == ["1", "1", "0", "2"]
    shade = ax.images[0].get_array()
    assert shade[1, 1] == 0 and shade[0, 1] > 0


def test_intervals_read_top_to_bottom():
    ax = plots.intervals(["first", "second"], [1.0, 2.0], [0.5, 1.5], [1.5, 2.5], reference=1)
    heights = {label.get_text(): y for label, y in zip(ax.get_yticklabels(), ax.get_yticks(), strict=True)}
    assert heights["first"] > heights["second"]


def test_colours_differ_in_lightness_so_that_print_tells_them_apart():
    light = [np.dot(matplotlib.colors.to_rgb(c), [0.299, 0.587, 0.114]) for c in plots.COLOURS[:2]]
    assert len(set(plots.COLOURS)) == len(plots.MARKERS) and light[0] != light[1]
