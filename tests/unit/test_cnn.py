"""The CNN that is kept for later chapters: its architecture, in both frameworks, and how it learns."""

import subprocess
import sys

import torch

from utils.cnn.in_torch import accuracy, fit, load_cnn, mlp, small_cnn, training_losses
from utils.data import load_mnist, tensors
from utils.making.digests import ROOT


def test_parameters():
    assert sum(p.numel() for p in small_cnn().parameters()) == 34_826
    assert sum(p.numel() for p in mlp(44).parameters()) == 34_990


def test_it_learns_and_the_same_each_time():
    torch.manual_seed(0)
    y = torch.arange(200) % 10
    x = torch.zeros(200, 1, 28, 28)
    x[torch.arange(200), 0, 2 * y + 3] = 1  # a bar, lower for a larger digit
    networks = [small_cnn(), small_cnn()]
    networks[1].load_state_dict(networks[0].state_dict())
    losses = [fit(network, x, y, num_epochs=8, batch_size=20, seed=1) for network in networks]
    assert losses[0] == losses[1] and len(losses[0]) == 80
    assert accuracy(networks[0], x, y) == 100


def test_the_twin_in_keras_has_the_same_shapes():
    code = "import os; os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'; from utils.cnn.in_keras import small_cnn\n"
    code += "print([tuple(w.shape) for w in small_cnn().weights])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    shapes = "[(3, 3, 1, 32), (32,), (3, 3, 32, 64), (64,), (1600, 10), (10,)]"
    assert done.stdout.strip() == shapes, done.stderr[-2000:]


def test_the_shipped_weights_are_those_of_a_trained_network():
    data = load_mnist()
    assert accuracy(load_cnn(), *tensors(data.x_test, data.y_test)) >= 98.5
    assert len(training_losses()) == 2 * -(-55_000 // 64)


def test_what_is_shipped_is_small():
    shipped = [*ROOT.glob("utils/**/*.npz"), *ROOT.glob("utils/**/*.json")]
    assert len(shipped) >= 8 and max(path.stat().st_size for path in shipped) <= 500_000
