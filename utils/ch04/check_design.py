"""Lab 04's check of the design problem: what a plan costs, and what its network gets right."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import nn

from utils.ch04.design import (
    MOST_EPOCHS,
    MOST_MACS,
    MOST_PARAMETERS,
    MOVED,
    BadPlan,
    build,
    checked,
    cost,
    digits,
    from_table,
    moved_validation,
    table,
    trained,
)
from utils.checks import check

LEAST_SEEN, MOST_SEEN = 0.8, 1.5  # times what the device will see
LEAST_LR, MOST_LR = 0.005, 0.015  # beyond, a network that fits loses a point or more
BUDGET = {"parameters": MOST_PARAMETERS, "MACs": MOST_MACS}


def layer_costs(network: nn.Sequential) -> list[tuple[str, int, int]]:
    """Name, parameters and MACs of each layer that has weights."""
    found, x = [], torch.zeros(1, 1, 28, 28)
    kinds = {nn.Conv2d: "convolution", nn.Linear: "dense layer"}
    with torch.no_grad():
        for layer in network:
            x = layer(x)
            if weights := sum(p.numel() for p in layer.parameters()):
                same, kind = [it for it in network if type(it) is type(layer)], kinds[type(layer)]
                name = f"{kind} {same.index(layer) + 1}" if len(same) > 1 else f"the {kind}"
                places = x[0, 0].numel() if isinstance(layer, nn.Conv2d) else 1
                found.append((name, weights, layer.weight.numel() * places))
    return found


def training_faults(options: dict) -> Iterator[tuple[str, int]]:
    """What in the training is far from what works, a sentence each, and the hint that helps."""
    seen = [options.get(name, 0) for name in MOVED]
    far = [n / most for n, most in zip(seen, MOVED.values(), strict=True)]
    if not LEAST_SEEN <= min(far) <= max(far) <= MOST_SEEN:
        words = "In training, shift is {:g} and degrees {:g}; on the device {} and {}"
        never = ": it learns what it will never see" * (max(far) > MOST_SEEN)
        yield words.format(*seen, *MOVED.values()) + never, 1
    lr = options.get("lr", 0.01)
    if not LEAST_LR <= lr <= MOST_LR:
        fault = "too little for so few steps" if lr < LEAST_LR else "too much"
        yield f"lr is {lr:g}: {fault}; left out, it is 0.01", 2
    if (epochs := options.get("num_epochs", 1)) < MOST_EPOCHS:
        yield f"You train for {epochs} of at most {MOST_EPOCHS} epochs", 2
    if (batch := options.get("batch_size", 64)) > 32:
        yield f"With batches of {batch} there are few steps: smaller ones make more", 2


def what_is_left(left: dict[str, int], scarce: list[str], heaviest: dict[str, tuple]) -> str:
    """Where the budget has room, that; where it hasn't, which layer has most of what is scarce."""
    words = "The budget leaves " + " and ".join(f"{n:,} {name}" for name, n in left.items())
    if not scarce:
        return f"{words}: room for more channels or layers"
    most = " or in ".join(f"{heaviest[name][0]} (most {name})" for name in scarce)
    return f"{words}: what you save in {most} buys channels elsewhere"


@check("04-design")
def check_design(that, design):
    got = design()
    that(got is not None, "design returned nothing: is there a `return`?", 3)
    two = isinstance(got, tuple) and len(got) == 2
    said = f"a {type(got).__name__}" + (f" of {len(got)}" if isinstance(got, tuple) else "")
    that(two, f"return a tuple (plan, options), a list and a dict; yours is {said}", 3)
    (plan, options), before = got, repr(got)
    is_dict = isinstance(options, dict)
    that(is_dict, f"options, the second of the two, is a dict; yours is a {type(options).__name__}", 3)
    in_order = isinstance(plan, list | tuple)
    that(in_order, f"plan, the first of the two, is a list; yours is a {type(plan).__name__}", 3)
    try:
        plan = from_table(table(plan))
        network = build(plan)
        parameters, macs = cost(network)
        layers, costs = layer_costs(network), {"parameters": parameters, "MACs": macs}
        heaviest = {name: max(layers, key=lambda it: it[k]) for k, name in enumerate(costs, 1)}
        part = [
            f"{n:,} {name} ({heaviest[name][k]:,} in {heaviest[name][0]})"
            for k, (name, n) in enumerate(costs.items(), 1)
        ]
        words = f"your plan has {part[0]}, and takes {part[1]}"
        left = {name: most - costs[name] for name, most in BUDGET.items()}
        over = [f"{BUDGET[name]:,} {name} are allowed: {-n:,} too many" for name, n in left.items() if n < 0]
        that(not over, f"{words}. {'; '.join(over)}", 2)
        options = checked(options)
        that(repr(design()) == before, "design returns something else each time: decide, then return that", 1)
        network = trained(plan, options)
    except BadPlan as error:
        that(False, str(error), 1)
    *images, labels = moved_validation()
    right, plain = (100 * float(np.mean(digits(network, x) == labels)) for x in images)
    if right < 94.5:
        faults = list(training_faults(options))
        told = [fault for fault, _ in faults] or ["The training is as it should be"] * (plain > 60)
        scarce = [name for name, n in left.items() if n < 0.05 * BUDGET[name]]
        if not (faults and scarce):
            told.append(what_is_left(left, scarce, heaviest))
        found = f"It gets {right:.1f}% of the moved validation images right, and 94.5% are asked for"
        found += f" (unmoved: {plain:.1f}%" + ": it hasn't learned" * (plain <= 60) + ")"
        that(False, ". ".join([words, found, *told]), faults[0][1] if faults else 2)
