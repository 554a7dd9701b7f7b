import matplotlib.pyplot as plt
import numpy as np

from utils.ch12.drawing import WAYS, draw_datapath, draw_gains, draw_profiles
from utils.onnx_tools import LAYERS


def test_the_diagram_names_each_instruction_and_fits_its_axes():
    _, ax = plt.subplots(figsize=(10.5, 3.4))
    draw_datapath(ax)
    said = {text.get_text() for text in ax.texts}
    assert {name for _, _, names, _ in WAYS for name in names} <= said
    assert all(ax.get_xlim()[0] <= text.get_position()[0] <= ax.get_xlim()[1] for text in ax.texts)
    plt.close()


def test_a_profile_is_a_bar_of_its_layers_medians():
    _, ax = plt.subplots()
    draw_profiles({"a": {layer: np.array([1.0, 2, 9]) for layer in LAYERS}}, ax)
    assert sum(bar.get_width() for bar in ax.patches) == 2 * len(LAYERS)
    plt.close()


def test_gains_have_a_row_each_and_a_point_for_each_kind():
    _, ax = plt.subplots()
    rows = {"one": (2.0, 1.9, 2.2), "two": (3.0, 2.9, 3.1)}
    draw_gains(ax, rows, {"recorded": rows})
    assert [label.get_text() for label in ax.get_yticklabels()] == ["one", "two"]
    assert len(ax.get_legend().get_texts()) == 2
    plt.close()
