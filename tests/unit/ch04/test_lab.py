import pytest
import torch
import torch.nn.functional as F
from torch import nn

from utils.by_hand import LibraryDoesIt
from utils.ch04 import design, lab
from utils.ch04.lab import python_steps, unaided


@pytest.mark.parametrize("layer", [nn.Conv2d(1, 1, 3), nn.MaxPool2d(2), nn.Unfold(2)])
def test_the_library_is_out_of_reach_and_comes_back(layer):
    x = torch.zeros(1, 1, 6, 6)
    with pytest.raises(LibraryDoesIt):
        unaided(layer, x)
    assert layer(x) is not None
    assert unaided(F.relu, x) is not None


def test_steps_grow_with_a_loop_only():
    def loop(n):
        return [None for _ in range(n)]

    assert python_steps(loop, 1000) > 3000 > 100 > python_steps(torch.sum, torch.zeros(1000))


def test_what_a_verdict_depends_on_is_given():
    for module, name in [(lab, "MOST_STEPS"), (design, "MOST_EPOCHS"), (design, "trained")]:
        with pytest.raises(AttributeError, match="is given"):
            setattr(module, name, 10**9)
