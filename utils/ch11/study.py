"""Chapter 11's study over ten seeds: what rounding costs an MLP, what training with it brings back, and batch norm."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import parametrize

from utils.ch11.calibration import METHODS
from utils.ch11.grids import clipped_to, folded, make_grid, weight_grid, weighted, with_bits
from utils.ch11.integers import hidden, hidden_tops, sums, sums_per_channel, to_integers
from utils.cnn.in_torch import accuracy, fit
from utils.data import load_mnist, tensors
from utils.making.bars import progress
from utils.models import recorded, write_study

RECORDED = {"study.json": "run", "batchnorm.json": "run_batchnorm"}
SEEDS = 10
BITS = (2, 3, 4, 5, 6, 8)
SCHEMES = {
    "per tensor, symmetric": {"per_channel": False, "symmetric": True},
    "per tensor, asymmetric": {"per_channel": False, "symmetric": False},
    "per channel, symmetric": {"per_channel": True, "symmetric": True},
    "per channel, asymmetric": {"per_channel": True, "symmetric": False},
}
RANGES = {"all": 1.0, "99.9%": 0.999, "least error": None}
CALIBRATION = 3_200  # images


def mlp() -> nn.Sequential:
    """Images (b, 1, 28, 28) in, logits (b, 10) out; 235,146 parameters."""
    hidden_layers = nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU()
    return nn.Sequential(nn.Flatten(), *hidden_layers, nn.Linear(128, 10))


def trained(x: torch.Tensor, y: torch.Tensor, seed: int, epochs: int = 3) -> nn.Sequential:
    """The MLP, in float."""
    torch.manual_seed(seed)
    model = mlp()
    fit(model, x, y, epochs, lr=0.004, batch_size=128, seed=seed)
    return model


class StraightThrough(torch.autograd.Function):
    """w rounded forwards, nothing at all backwards."""

    @staticmethod
    def forward(ctx, w, bits, per_channel):
        return weight_grid(w, bits, per_channel).rounded(w)

    @staticmethod
    def backward(ctx, gradient):
        return gradient, None, None


class Rounded(nn.Module):
    """In place of a layer's weight: the weight, rounded; the largest sets the grid."""

    def __init__(self, bits: int, per_channel: bool):
        super().__init__()
        self.bits, self.per_channel = bits, per_channel

    def forward(self, w: torch.Tensor) -> torch.Tensor:
        return StraightThrough.apply(w, self.bits, self.per_channel)


def trained_further(
    model: nn.Sequential, x, y, seed: int, bits: int = 0, per_channel: bool = False, epochs=2
):
    """A copy after two more epochs; with bits, its weights rounded all the time."""
    model = copy.deepcopy(model)
    if bits:
        for layer in weighted(model):
            parametrize.register_parametrization(layer, "weight", Rounded(bits, per_channel))
    fit(model, x, y, epochs, lr=0.001, batch_size=128, seed=seed)
    return model


def activations(model: nn.Sequential, x: torch.Tensor) -> list[torch.Tensor]:
    """What is behind each ReLU, over the images x."""
    with torch.inference_mode():
        first = model[:3](x)
        return [first, model[3:5](first)]


def activation_rounded(model: nn.Sequential, tops, bits: int):
    """The float network, with what is behind both ReLUs on grids up to ``tops``."""
    grids = [make_grid(torch.zeros(()), torch.tensor(top), bits) for top in tops]
    return lambda x: model[5](grids[1].rounded(model[3:5](grids[0].rounded(model[:3](x)))))


def all_plans(model: nn.Sequential, x: torch.Tensor, y: torch.Tensor) -> dict[tuple[int, ...], float]:
    """Accuracy in % of each plan (bits of layer 1, 2, 3), grids per channel: what is shared is computed once."""
    layers, right = weighted(model), {}
    on_grid = [
        {b: weight_grid(layer.weight, b, per_channel=True).rounded(layer.weight) for b in BITS}
        for layer in layers
    ]
    with torch.inference_mode():
        for i in BITS:
            h1 = F.relu(F.linear(x.flatten(1), on_grid[0][i], layers[0].bias))  # (n, 256)
            for j in BITS:
                h2 = F.relu(F.linear(h1, on_grid[1][j], layers[1].bias))  # (n, 128)
                for k in BITS:
                    answers = F.linear(h2, on_grid[2][k], layers[2].bias).argmax(dim=1)
                    right[i, j, k] = 100 * (answers == y).float().mean().item()
    return right


def size_of(model: nn.Sequential, plan: tuple[int, ...]) -> float:
    """Bytes of a plan: bits of weights, packed, and a scale and a bias a channel, in float32."""
    return sum(
        b * layer.weight.numel() / 8 + 8 * len(layer.bias)
        for layer, b in zip(weighted(model), plan, strict=True)
    )


def chosen_plan(model: nn.Sequential, right: dict[tuple[int, ...], float]) -> tuple[int, ...]:
    """The best on validation of those with at most 80% of the bytes of 4 bits everywhere."""
    budget = 0.8 * size_of(model, (4, 4, 4))
    affordable = [plan for plan in right if size_of(model, plan) <= budget]
    return max(affordable, key=lambda plan: (right[plan], -size_of(model, plan)))


def _one_seed(seed: int, data) -> Iterator[tuple[str, float]]:
    """Test accuracies in %, by name."""
    x, y = tensors(data.x_train, data.y_train)
    x_val, y_val = tensors(data.x_val, data.y_val)
    x_test, y_test = tensors(data.x_test, data.y_test)
    images = torch.from_numpy(data.x_test.copy()).flatten(1)

    def on_test(network) -> float:
        return accuracy(network, x_test, y_test)

    def digits_right(answers: torch.Tensor) -> float:
        return 100 * (answers == y_test).float().mean().item()

    model = trained(x, y, seed)
    yield "float", on_test(model)
    for name, scheme in SCHEMES.items():
        for b in BITS:
            yield f"{b} bits, {name}", on_test(with_bits(model, [b] * 3, **scheme))

    order = torch.Generator().manual_seed(seed)
    some = x[torch.randperm(len(x), generator=order)[:CALIBRATION]]
    layers = to_integers(model, tops := hidden_tops(model, some))
    yield "integers", digits_right(sums(layers, images).argmax(dim=1))
    per_channel, s = sums_per_channel(model, tops[-1], hidden(layers, images))
    yield "integers, last layer per channel", digits_right(per_channel.argmax(dim=1))
    yield "integers, last layer per channel, scaled", digits_right((per_channel * s).argmax(dim=1))

    seen = activations(model, some)
    for name, method in METHODS.items():
        for b in (2, 4, 8):
            tops_by = [method(values, b) for values in seen]
            yield f"activations {b} bits, {name}", on_test(activation_rounded(model, tops_by, b))

    for name, keep in RANGES.items():
        for b in (2, 3):
            clipped = copy.deepcopy(model)
            with torch.no_grad():
                for layer in weighted(clipped):
                    layer.weight.copy_(clipped_to(layer.weight, b, keep))
            yield f"{b} bits, range {name}", on_test(clipped)

    right = all_plans(model, x_val, y_val)
    for place, b in itertools.product(range(3), (2, 3, 4)):
        alone = tuple(b if k == place else 8 for k in range(3))
        yield f"layer {place + 1} alone at {b} bits, lost on validation", right[8, 8, 8] - right[alone]
    plan = chosen_plan(model, right)
    yield "chosen plan", on_test(with_bits(model, plan, **SCHEMES["per channel, symmetric"]))
    for place, b in enumerate(plan, 1):
        yield f"chosen bits of layer {place}", b

    longer = trained_further(model, x, y, seed)
    yield "longer", on_test(longer)
    yield "longer, then 3 bits", on_test(with_bits(longer, [3] * 3))
    yield "trained at 3 bits", on_test(trained_further(model, x, y, seed, 3))
    yield "longer, then 2 bits per channel", on_test(with_bits(longer, [2] * 3, per_channel=True))
    yield "trained at 2 bits per channel", on_test(trained_further(model, x, y, seed, 2, True))


def run(folder: Path) -> None:
    """Test accuracy in % by way and seed, (seeds,): two and a half minutes of one core."""
    torch.set_num_threads(1)  # other programs may be at work: a second thread would wait for them
    data, found = load_mnist(), {}
    for seed in range(SEEDS):
        for name, value in _one_seed(seed, data):
            found.setdefault(name, []).append(round(float(value), 3))
        progress(seed + 1, SEEDS, f"seed {seed}")
    write_study(folder / "study.json", found)


def normed() -> nn.Sequential:
    """Images in, logits out: two convolutions of 8 and 16 channels, a batch norm behind each."""
    return nn.Sequential(
        nn.Conv2d(1, 8, 3),  # (b, 8, 26, 26)
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.MaxPool2d(2),  # (b, 8, 13, 13)
        nn.Conv2d(8, 16, 3),  # (b, 16, 11, 11)
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.MaxPool2d(2),  # (b, 16, 5, 5)
        nn.Flatten(),
        nn.Linear(400, 10),
    )


def trained_normed(x: torch.Tensor, y: torch.Tensor, seed: int) -> nn.Sequential:
    """That network, trained for two epochs."""
    torch.manual_seed(seed)
    model = normed().to(memory_format=torch.channels_last)
    fit(model, x, y, 2, seed=seed)
    return model.to(memory_format=torch.contiguous_format)


def without_norms(model: nn.Sequential) -> nn.Sequential:
    """The same function without batch norms: each is folded into its convolution."""
    first, second = folded(model[0], model[1]), folded(model[4], model[5])
    return nn.Sequential(first, *model[2:4], second, *model[6:]).eval()


def one_against_many(w: torch.Tensor, bits: int = 4) -> float:
    """The error of one grid for all of w over that of one for each channel."""
    one, many = ((weight_grid(w, bits, each).rounded(w) - w).norm() for each in (False, True))
    return (one / many).item()


def run_batchnorm(folder: Path) -> None:
    """Before and after folding, (seeds,): half a minute of one core."""
    torch.set_num_threads(1)
    data, found = load_mnist(), {}
    x, y = tensors(data.x_train[:10_000], data.y_train[:10_000])
    x_test, y_test = tensors(data.x_test, data.y_test)

    def note(name: str, value: float) -> None:
        found.setdefault(name, []).append(round(float(value), 3))

    for seed in range(SEEDS):
        model = trained_normed(x, y, seed)
        fused = without_norms(model)
        note("float", accuracy(model, x_test, y_test))
        for k, (before, after) in enumerate(((model[0], fused[0]), (model[4], fused[3])), 1):
            factor = (after.weight / before.weight).detach().abs().flatten(1)[:, 0]
            note(f"conv {k}: largest factor over smallest", factor.max() / factor.min())
            gamma = model[1 if k == 1 else 5].weight.detach().abs()
            note(f"conv {k}: largest gamma over smallest", gamma.max() / gamma.min())
            note(f"conv {k}: one grid over many, before", one_against_many(before.weight.detach()))
            note(f"conv {k}: one grid over many, folded", one_against_many(after.weight.detach()))
        for b in (3, 4):
            for name, network in (("before", model), ("folded", fused)):
                for each in (False, True):
                    grain = "per channel" if each else "per tensor"
                    rounded = with_bits(network, [b] * 3, per_channel=each)
                    note(f"{b} bits {grain}, {name}", accuracy(rounded, x_test, y_test))
        progress(seed + 1, SEEDS, f"seed {seed}")
    write_study(folder / "batchnorm.json", found)


def load(fresh: bool = False) -> dict[str, np.ndarray]:
    """The recording; ``fresh`` makes it anew, here, in two and a half minutes."""
    return recorded(__name__, "study.json", fresh)


def load_batchnorm(fresh: bool = False) -> dict[str, np.ndarray]:
    """The recording on batch norm; ``fresh`` makes it anew, here, in half a minute."""
    return recorded(__name__, "batchnorm.json", fresh)
