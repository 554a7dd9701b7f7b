"""Lab 04's check of the design problem: what a plan costs, and what its network gets right."""

from __future__ import annotations

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


def layer_costs(network: nn.Sequential) -> list[tuple[str, int, int]]:
    """Name, parameters and MACs of each layer that has weights."""
    found, x = [], torch.zeros(1, 1, 28, 28)
    with torch.no_grad():
        for layer in network:
            x = layer(x)
            if weights := sum(p.numel() for p in layer.parameters()):
                kind = "convolution" if isinstance(layer, nn.Conv2d) else "dense layer"
                nth = sum(kind in name for name, *_ in found) + 1
                places = x[0, 0].numel() if isinstance(layer, nn.Conv2d) else 1
                found.append((f"{kind} {nth}", weights, layer.weight.numel() * places))
    return found


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
        costs = f"your plan has {parameters:,} parameters and takes {macs:,} MACs"
        for k, (name, n, most) in enumerate(
            (("parameters", parameters, MOST_PARAMETERS), ("MACs", macs, MOST_MACS)), 1
        ):
            heaviest = max(layer_costs(network), key=lambda layer: layer[k])
            part = f"{heaviest[k]:,} of them are in {heaviest[0]}"
            that(n <= most, f"{costs}. {most:,} {name} are allowed; {part}", 2)
        options = checked(options)
        that(repr(design()) == before, "design returns something else each time: decide, then return that", 1)
        network = trained(plan, options)
    except BadPlan as error:
        that(False, str(error), 1)
    *images, labels = moved_validation()
    right, plain = (100 * np.mean(digits(network, x) == labels) for x in images)
    words = f"{costs}. It gets {right:.1f}% of the moved validation images right, and 94.5% are asked for"
    if right < 94.5:
        for name, most in MOVED.items():
            seen = options.get(name, 0)
            less = f"{words} (unmoved: {plain:.1f}%). In training, {name} is {seen:g}; on the device it is {most}"
            that(seen >= 0.6 * most, less, 1)
        that(
            plain > 60,
            f"{words} (unmoved: {plain:.1f}%): it hasn't learned. Is lr {options.get('lr', 0.01):g}?",
            2,
        )
        epochs = options.get("num_epochs", 1)
        few = f"{words}. You train for {epochs} of at most {MOST_EPOCHS} epochs"
        that(epochs == MOST_EPOCHS, few, 2)
        batch = options.get("batch_size", 64)
        that(batch <= 32, f"{words}. With batches of {batch} there are few steps: smaller ones make more", 2)
        left = f"the budget leaves {MOST_PARAMETERS - parameters:,} parameters and {MOST_MACS - macs:,} MACs"
        that(
            False,
            f"{words}. The training is as it should be; {left}: more channels, or another first layer?",
            2,
        )
