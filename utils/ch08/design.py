"""Chapter 08's design problem: a network trained by Adam, each of its tensors stored in a format of your choice."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import torch

from utils.checks import fixed
from utils.data import load_mnist

FORMATS = MappingProxyType(
    {  # name → (bytes, bits of the exponent, stored bits of the mantissa)
        "fp32": (4, 8, 23),
        "fp16": (2, 5, 10),
        "bf16": (2, 8, 7),
        "e4m3": (1, 4, 3),
        "e5m2": (1, 5, 2),
    }
)
NUM_IMAGES, BATCH_SIZE, NUM_EPOCHS, WIDTH = 5_000, 250, 8, 32
LOSS_WEIGHT = 1e-3  # the loss is one of several, and counts a thousandth
LR, BETA1, BETA2, EPS = 1e-3, 0.9, 0.999, 1e-8
_P = 784 * WIDTH + WIDTH * 10
VALUES = MappingProxyType(
    {  # tensor → how many numbers it holds
        "weights": _P,
        "gradients": _P,
        "momentum": _P,
        "variance": _P,
        "activations": BATCH_SIZE * WIDTH,
        "deltas": BATCH_SIZE * (WIDTH + 10),
    }
)
HEADER = 9  # bytes that each tensor takes beside its numbers
MOST_BYTES = 200_000


class BadPlan(ValueError):
    """Nothing can be trained by this plan; the message says why."""


def as_plan(formats, scale) -> tuple[np.ndarray, float]:
    """The formats as whole numbers (tensors, 2), and the scale; BadPlan if they are no plan, or over the budget.

    A row holds the bytes of a value, and of two formats with equally many the place: 0 has the wider range.
    """
    if not isinstance(formats, dict):
        raise BadPlan(f"formats is a dict, tensor → format; yours is a {type(formats).__name__}")
    if missing := [name for name in VALUES if name not in formats]:
        has = f"; its keys are {', '.join(map(str, formats))}" if formats else ""
        raise BadPlan(f"formats has no format for {', '.join(missing)}{has}")
    if more := [name for name in formats if name not in VALUES]:
        raise BadPlan(f"formats has {more}: there are the keys {', '.join(VALUES)}, and no others")
    for name, it in formats.items():
        if not isinstance(it, str) or it not in FORMATS:
            raise BadPlan(f"{name}: {it!r} is no format; there are {', '.join(FORMATS)}")
    if isinstance(scale, bool) or not isinstance(scale, int | float | np.number):
        raise BadPlan(f"scale is a number; yours is a {type(scale).__name__}")
    if not 2.0**-40 <= scale <= 2.0**40 or np.frexp(float(scale))[0] != 0.5:
        shown = f"{scale!s:.20}"  # of a huge whole number the beginning
        told = f". Is it meant as an exponent? Write 2.0**{shown}; in Python ^ is no power" * (
            0 < scale <= 40
        )
        raise BadPlan(f"scale is a power of 2 from 2**-40 to 2**40; yours is {shown}{told}")
    if (total := cost(formats)) > MOST_BYTES:
        raise BadPlan(f"these formats store {total:,} bytes: {MOST_BYTES:,} are allowed")
    rows = [(FORMATS[formats[name]][0], int(formats[name] in ("fp16", "e4m3"))) for name in VALUES]
    return np.array(rows), float(scale)


def cost(formats: dict) -> int:
    """Bytes of all six tensors."""
    return sum(n * FORMATS[formats[name]][0] + HEADER for name, n in VALUES.items())


def cast(x: torch.Tensor, name: str) -> torch.Tensor:
    """float32 rounded through a format: ties to even, subnormals, overflow to infinity; the same bits everywhere.

    With an exponent as wide as float32's the low bits of the word are rounded away; otherwise each number is
    counted in spacings, of which a power of two is one whole step of the word's exponent.
    """
    _, e, m = FORMATS[name]
    if m == 23:
        return x
    word, bias = x.view(torch.int32), 2 ** (e - 1) - 1
    if e == 8:
        low = 23 - m
        return ((word + (2 ** (low - 1) - 1) + ((word >> low) & 1)) >> low << low).view(torch.float32)
    exponent = ((word >> 23) & 255).clamp(min=128 - bias)
    spacing = ((exponent - m) << 23).view(torch.float32)
    rounded = torch.round(x / spacing) * spacing
    largest = (2 - 2.0**-m) * 2.0**bias
    return torch.where(rounded.abs() > largest, torch.copysign(torch.tensor(torch.inf), x), rounded)


def trained(formats: dict, scale: float, seed: int) -> tuple[list[torch.Tensor], int]:
    """(weights of both layers, skipped steps) of a 784-32-10 without biases after 8 epochs of Adam.

    Products and sums are fp32; what is *kept* is rounded. Deltas and gradients hold ``scale`` times their values.
    A step whose gradients aren't finite is skipped. The learning rate falls to 0 along a straight line.
    """
    data, rng = load_mnist(), np.random.default_rng(seed)
    x = torch.tensor(data.x_train[:NUM_IMAGES]).flatten(1).float() / 255
    y = torch.tensor(data.y_train[:NUM_IMAGES]).long()

    def kept(tensor: torch.Tensor, name: str) -> torch.Tensor:
        return cast(tensor, formats[name])

    shapes = [(784, WIDTH), (WIDTH, 10)]
    draws = [rng.uniform(-1, 1, shape) / shape[0] ** 0.5 for shape in shapes]
    weights = [kept(torch.tensor(draw, dtype=torch.float32), "weights") for draw in draws]
    momentum, variance = ([torch.zeros(shape) for shape in shapes] for _ in range(2))
    order = np.concatenate([rng.permutation(NUM_IMAGES) for _ in range(NUM_EPOCHS)]).reshape(-1, BATCH_SIZE)
    taken = 0
    for step, batch in enumerate(torch.from_numpy(order)):
        images, hot = x[batch], torch.nn.functional.one_hot(y[batch], 10)
        hidden = kept((images @ weights[0]).relu(), "activations")
        error = (hidden @ weights[1]).softmax(dim=1) - hot
        delta2 = kept(error * (LOSS_WEIGHT / BATCH_SIZE * scale), "deltas")
        delta1 = kept((delta2 @ weights[1].T) * (hidden > 0), "deltas")
        gradients = [kept(a.T @ delta, "gradients") for a, delta in ((images, delta1), (hidden, delta2))]
        if not all(g.isfinite().all() for g in gradients):
            continue
        taken += 1
        lr = LR * (1 - step / len(order))
        for i, g in enumerate(gradients):
            g = g / scale
            momentum[i] = kept(BETA1 * momentum[i] + (1 - BETA1) * g, "momentum")
            variance[i] = kept(BETA2 * variance[i] + (1 - BETA2) * g * g, "variance")
            size = (variance[i] / (1 - BETA2**taken)).sqrt() + EPS
            weights[i] = kept(weights[i] - lr * (momentum[i] / (1 - BETA1**taken)) / size, "weights")
    return weights, len(order) - taken


def digits(weights: list[torch.Tensor], images: np.ndarray) -> np.ndarray:
    """What the network calls images (n, 28, 28): (n,) whole numbers."""
    x = torch.tensor(images).flatten(1).float() / 255
    return ((x @ weights[0]).relu() @ weights[1]).argmax(dim=1).numpy()


def try_out(formats: dict, scale: float, seed: int = 0) -> float | None:
    """Print what a plan stores, skips and reaches on validation, in %, and return that."""
    too_many = ""
    try:
        as_plan(formats, scale)
    except BadPlan as error:
        if not (isinstance(formats, dict) and str(error).startswith("these formats")):
            print(error)
            return None
        too_many = f" (a plan may store {MOST_BYTES:,})"
    data = load_mnist()
    weights, skipped = trained(formats, scale, seed)
    right = 100 * float(np.mean(digits(weights, data.x_val) == data.y_val))
    print(f"{cost(formats):,} bytes{too_many}, {skipped} steps skipped: {right:.1f}% of validation")
    return right


fixed(__name__)
