"""Lab 07's check of the design problem: a plan's cost, then its trainings."""

from __future__ import annotations

import numpy as np

from utils.ch07.design import MOST_COST, BadPlan, as_plan, digits, trained
from utils.checks import check
from utils.data import load_mnist

AT_LEAST = 93.9  # of validation, in %: the plainest right plan reaches 94.3, and a constant 0.03 93.1


@check("07-design")
def check_design(that, plan):
    got = plan()
    that(got is not None, "plan returned nothing: is there a return?", 1)
    two = isinstance(got, tuple | list) and len(got) == 2
    that(two, "return a tuple (lr, batch_size): two arrays (steps,)", 1)
    try:
        lr, batch_size = as_plan(*got)
    except BadPlan as error:
        that(False, str(error), 1)
    sizes = f"batches {batch_size.min()} to {batch_size.max()}"
    used = f"{len(lr):,} steps, rates {lr.min():.3g} to {lr.max():.3g}, {sizes}"
    data = load_mnist()
    networks = [trained(lr, batch_size, seed) for seed in (11, 12, 13)]
    right = 100 * np.mean([digits(network, data.x_val) == data.y_val for network in networks])
    words = f"{used}: {right:.1f}% of validation, {AT_LEAST}% are needed."
    spent = int(batch_size.sum()) + 32 * len(batch_size)
    that(
        right >= AT_LEAST or spent > 0.8 * MOST_COST, f"{words} Only {spent:,} of {MOST_COST:,} are spent", 1
    )
    small = np.mean(batch_size) < 12
    that(right >= AT_LEAST or not small, f"{words} Small batches: most of the cost is steps', not images'", 2)
    few = len(lr) < 150
    that(right >= AT_LEAST or not few, f"{words} Large batches leave few steps", 2)
    gone = np.argmax(lr < lr.max() / 100) if (lr < lr.max() / 100).any() else len(lr)
    early = np.argmax(lr) < gone < len(lr) / 2
    that(right >= AT_LEAST or not early, f"{words} After {gone} steps the rate is as good as gone", 2)
    rises = np.argmax(lr) > 0.8 * len(lr)
    that(right >= AT_LEAST or not rises, f"{words} Your rate is highest at the end: end near 0", 2)
    that(right >= AT_LEAST or right > 80, f"{words} It diverges, or hardly learns: is the rate near 0.1?", 1)
    low = lr.max() < 0.04 and np.mean(batch_size) >= 12
    that(
        right >= AT_LEAST or not low, f"{words} Even the highest of these rates is small: try 0.05 to 0.3", 2
    )
    steady = np.ptp(lr) < 0.2 * lr.max()
    that(right >= AT_LEAST or not steady, f"{words} Your rate hardly changes: end near 0", 2)
    that(right >= AT_LEAST, f"{words} Another peak? From 0.05 to 0.3, by factors of 2", 3)
    again = plan()
    same = all(np.array_equal(one, other) for one, other in zip(again, got, strict=True))
    that(same, "plan is called more than once, and has to return the same each time", 1)
