"""Chapter 04's design problem: a network made from a plan, and trained in the same way for everyone.

``python -m utils.ch04.design`` reads a plan, options and a seed from stdin and writes what the network calls 5,000
moved test images: the hidden check has it done there, in a fresh process, which no answer has touched.
"""

from __future__ import annotations

import copy
import functools
import json
import sys
from types import MappingProxyType

import numpy as np
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from utils.by_hand import whole
from utils.checks import fixed
from utils.cnn.in_torch import fit
from utils.cnn.moved import digits, moved
from utils.data import load_mnist, tensors

CONV, POOL, DENSE = 1, 2, 3
MOST_LAYERS, MOST_WIDTH, NUM_IMAGES = 12, 4_000, 10_000
MOST_EPOCHS, LEAST_BATCH = 4, 16
MOST_PARAMETERS, MOST_MACS = 5_200, 85_000
MOVED = MappingProxyType({"shift": 3, "degrees": 15})  # as the images are that the device will see
OPTIONS = ("num_epochs", "lr", "batch_size", "shift", "degrees")
WHOLE = MappingProxyType({"num_epochs": (1, MOST_EPOCHS), "batch_size": (LEAST_BATCH, NUM_IMAGES)})
REAL = MappingProxyType({"lr": 1, "shift": 28, "degrees": 180})


class BadPlan(ValueError):
    """The plan makes no network; the message says why."""


def table(plan: list[tuple]) -> np.ndarray:
    """The plan as whole numbers (12, 5): kind, channels or units, kernel, stride, groups; 0 after its end."""
    rows = np.zeros((MOST_LAYERS, 5), int)
    if not isinstance(plan, list | tuple) or not 1 <= len(plan) <= MOST_LAYERS:
        raise BadPlan(f"a plan is a list of 1 to {MOST_LAYERS} layers; yours is {plan!r}")
    for row, layer in zip(rows, plan, strict=False):
        parts = layer if isinstance(layer, list | tuple) else []
        match [int(part) if isinstance(part, np.integer) else part for part in parts]:
            case ["conv", int(channels), int(k)]:
                row[:] = CONV, channels, k, 1, 1
            case ["conv", int(channels), int(k), int(stride)]:
                row[:] = CONV, channels, k, stride, 1
            case ["conv", int(channels), int(k), int(stride), int(groups)]:
                row[:] = CONV, channels, k, stride, groups
            case ["pool", int(k)]:
                row[:] = POOL, 1, k, k, 1
            case ["dense", int(units)]:
                row[:] = DENSE, units, 1, 1, 1
        if not (1 <= row.min() and row.max() <= MOST_WIDTH):
            words = f"{layer!r} is none of ('conv', channels, kernel), ('pool', size), ('dense', units)"
            kind = parts[0] if parts else None
            if kind == "pool" and len(parts) > 2:
                words += ": a pooling's stride is its size"
            elif kind not in ("conv", "pool", "dense"):
                words += ": ReLU follows by itself" * ("relu" in str(kind).lower())
            elif any(isinstance(part, float) for part in parts):
                words += ": whole numbers, please"
            raise BadPlan(words)
    return rows


def from_table(rows: np.ndarray) -> list[tuple]:
    """The plan that :func:`table` has turned into numbers (12, 5)."""
    layers = []
    for kind, width, k, stride, groups in rows[rows[:, 0] > 0].tolist():
        if kind == CONV:
            layers.append(("conv", width, k, stride, groups))
        else:
            layers.append(("pool", k) if kind == POOL else ("dense", width))
    return layers


def build(plan: list[tuple]) -> nn.Sequential:
    """The network of a plan: images (b, 1, 28, 28) in, logits (b, 10) out; BadPlan if it makes none.

    Layers: ``("conv", channels, kernel, stride, groups)``, the last two 1 if left out; ``("pool", size)``;
    ``("dense", units)``. Without padding; ReLU after each layer that has weights, but the last.
    """
    layers: list[nn.Module] = []
    channels, side, flat = 1, 28, False
    for layer, (kind, width, k, stride, groups) in zip(plan, table(plan).tolist(), strict=False):
        if kind != DENSE and (flat or k > side):
            what = "flat" if flat else f"{channels} × {side} × {side}"
            raise BadPlan(f"{layer}: what arrives there is {what}, and can't be used")
        if kind == CONV:
            if channels % groups or width % groups:
                raise BadPlan(f"{layer}: {groups} groups have to divide {channels} and {width} channels")
            layers += [nn.Conv2d(channels, width, k, stride, groups=groups), nn.ReLU()]
            channels, side = width, (side - k) // stride + 1
        elif kind == POOL:
            layers += [nn.MaxPool2d(k)]
            side //= k
        else:
            layers += [nn.Flatten(), nn.Linear(channels * side * side, width), nn.ReLU()]
            channels, side, flat = width, 1, True
    if kind != DENSE or width != 10:
        raise BadPlan(f"the last layer has to be ('dense', 10); yours is {layer}")
    return nn.Sequential(*layers[:-1])


def cost(network: nn.Module) -> tuple[int, int]:
    """Parameters, and multiply–accumulates for one image: counted by PyTorch, at 2 FLOPs each."""
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        network(torch.zeros(1, 1, 28, 28))
    return sum(p.numel() for p in network.parameters()), counter.get_total_flops() // 2


def checked(options: dict) -> dict:
    """The options as plain numbers of Python; BadPlan where one can't be."""
    if unknown := ", ".join(map(str, set(options) - set(OPTIONS))):
        raise BadPlan(f"options knows nothing of {unknown}; it may have {', '.join(OPTIONS)}")
    plain = {}
    for name, value in options.items():
        if name in WHOLE:
            least, most = WHOLE[name]
            plain[name] = whole(value)
            if plain[name] is None or not least <= plain[name] <= most:
                raise BadPlan(f"{name} is a whole number, {least} to {most}; yours is {value!r}")
        else:
            most, number = REAL[name], isinstance(value, int | float | np.floating | np.integer)
            if not number or isinstance(value, bool) or not 0 <= value <= most:
                raise BadPlan(f"{name} is a number from 0 to {most}; yours is {value!r}")
            plain[name] = float(value)
    return plain


def train(
    network: nn.Module,
    num_epochs: int = 1,
    lr: float = 0.01,
    batch_size: int = 64,
    shift: float = 0,
    degrees: float = 0,
) -> nn.Module:
    """Train on 10,000 images, shifted and rotated by up to so much anew in each of at most 4 epochs.

    Adam, with a learning rate that rises to ``lr`` and falls to nothing. BadPlan where an option can't be.
    """
    checked(
        {"num_epochs": num_epochs, "lr": lr, "batch_size": batch_size, "shift": shift, "degrees": degrees}
    )
    data = load_mnist()
    x, y = tensors(data.x_train[:NUM_IMAGES], data.y_train[:NUM_IMAGES])
    rng = np.random.default_rng(0)
    fit(network, x, y, num_epochs, lr, batch_size, augment=lambda x: moved(x, rng, shift, degrees))
    return network


@functools.cache
def _trained(told: str) -> nn.Module:
    """What a plan and options, written as JSON, come to: once is enough for try_out() and the visible check."""
    rows, options = json.loads(told)
    torch.manual_seed(0)
    return train(build(from_table(np.array(rows))).to(memory_format=torch.channels_last), **options)


def trained(plan: list[tuple], options: dict) -> nn.Module:
    """:func:`build` the plan, always with the same initial weights, and :func:`train` it with ``options``."""
    told = json.dumps([table(plan).tolist(), checked(options)], sort_keys=True)
    return copy.deepcopy(_trained(told))


def moved_validation() -> tuple[torch.Tensor, torch.Tensor, np.ndarray]:
    """The validation images moved as on the device, as they are, both (5000, 1, 28, 28), and their labels."""
    data = load_mnist()
    x, _ = tensors(data.x_val, data.y_val)
    return moved(x, np.random.default_rng(0), **MOVED), x, data.y_val


def try_out(plan: list[tuple], options: dict) -> None:
    """Print what a design costs, and its accuracy on moved and unmoved validation images, in %."""
    try:
        parameters, macs = cost(build(plan))
        network = trained(plan, options)
    except BadPlan as error:
        return print(error)
    *images, labels = moved_validation()
    on_moved, plain = (100 * np.mean(digits(network, x) == labels) for x in images)
    over = " (over the budget)" * (parameters > MOST_PARAMETERS or macs > MOST_MACS)
    print(f"{parameters:,} parameters, {macs:,} MACs{over}; {on_moved:.1f}% moved, {plain:.1f}% unmoved")


def hidden_digits(rows: list[list[int]], options: dict, seed: int) -> list[int]:
    """What the plan's network calls 5,000 test images, moved at random: all 0 where the plan is over the budget."""
    plan = from_table(np.array(rows))
    parameters, macs = cost(build(plan))
    if parameters > MOST_PARAMETERS or macs > MOST_MACS:  # the host counts for itself: this only saves time
        return [0] * 5_000
    rng, data = np.random.default_rng([seed, 4]), load_mnist()
    order = rng.permutation(len(data.x_test))
    images, _ = tensors(data.x_test[order[:5_000]], data.y_test[order[:5_000]])
    return digits(trained(plan, options), moved(images, rng, **MOVED)).tolist()


if __name__ == "__main__":
    torch.set_num_threads(1)
    print(json.dumps(hidden_digits(**json.load(sys.stdin))))

fixed(__name__)
