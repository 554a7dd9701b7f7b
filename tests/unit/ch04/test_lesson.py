"""What lesson 04 counts and draws: memory, parameters, features that are not trained."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from utils.ch04.drawing import draw_costs, draw_im2col, draw_runs
from utils.ch04.memory import peak_bytes
from utils.ch04.study import CONTESTANTS, load_study, on_features
from utils.cnn.in_torch import mlp, small_cnn


def test_peak_of_memory_is_that_of_what_is_alive_at_once():
    def pair():
        a = torch.zeros(1000)
        b = torch.zeros(3000)
        del a
        return torch.zeros(500), b

    assert peak_bytes(pair) == 4 * 4000


@pytest.mark.parametrize("images", [16, 64])
def test_memory_is_as_the_lesson_counts_it(images):
    network, x = small_cnn(), torch.rand(images, 1, 28, 28)
    first_map = 4 * images * 32 * 26 * 26

    def predict():
        with torch.inference_mode():
            network(x)

    def step():
        network.zero_grad()
        F.cross_entropy(network(x), torch.zeros(images, dtype=torch.long)).backward()

    assert peak_bytes(predict) == pytest.approx(2 * first_map, rel=0.02)
    assert peak_bytes(step) == pytest.approx(3 * first_map + 4 * 34_826, rel=0.02)


def test_features_that_are_not_trained_keep_their_weights():
    for name in ("random convolutions", "random dense", "raw pixels"):
        network = CONTESTANTS[name][0]()
        trained = [p for p in network.parameters() if p.requires_grad]
        assert len(trained) == 2 and len(trained[0]) == 10, name
        assert network(torch.zeros(2, 1, 28, 28)).shape == (2, 10)
    assert on_features(nn.Sequential(nn.Flatten()))[1].in_features == 784


def test_contestants_are_equal_in_what_the_lesson_says():
    sizes = {name: sum(p.numel() for p in net().parameters()) for name, (net, _, _) in CONTESTANTS.items()}
    assert sizes["CNN"] == 34_826 and sizes["MLP, same parameters"] == 34_990
    assert sizes["MLP, same MACs"] == 2_443_840
    assert sum(p.numel() for p in mlp(3074).parameters() if p.dim() == 2) == 2_440_756  # MACs
    assert load_study().keys() == CONTESTANTS.keys()
    assert {len(runs) for runs in load_study().values()} == {5}


def test_drawings_draw():
    _, axes = plt.subplots(1, 3)
    draw_runs(axes[0], {"a": (100, np.array([1.0, 2])), "b": (1000, np.array([3.0, 4]))})
    draw_im2col(axes[1])
    draw_costs(axes[2], {"parameters": [1, 0, 3], "time": [0.2, 0.3, 0.5]}, ["conv", "ReLU", "dense"])
    plt.close("all")
