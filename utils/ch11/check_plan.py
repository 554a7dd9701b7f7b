"""Lab 11's check of a plan of bits."""

from __future__ import annotations

import numpy as np

from utils.ch11.design import AT_LEAST, BUDGET, BadPlan, from_table, right_on_validation, store, table
from utils.checks import check


@check("11-plan")
def check_plan(that, bit_plan):
    got = bit_plan()
    try:
        rows = table(got)
    except BadPlan as error:
        that(False, str(error), 1)
    same = all(np.array_equal(table(bit_plan()), rows) for _ in range(12))
    that(same, "bit_plan returns something else each time: decide", 1)
    plan = from_table(rows)
    stored, network = store(plan)
    right, size = right_on_validation(network), len(stored)
    words = f"your plan stores {size:,} bytes, and gets {right:.2f}% of the validation images right"
    if size > BUDGET:
        saves = {
            name: size - len(store(plan | {name: (b - 1, g)})[0]) for name, (b, g) in plan.items() if b > 1
        }
        less = ", ".join(f"{name} {n:,}" for name, n in saves.items())
        that(False, f"{words}: {size - BUDGET:,} bytes too many. A bit less saves, in {less}", 2)
    if right < AT_LEAST:
        better = {
            name: right_on_validation(store(plan | {name: (8, "channel")})[1])
            for name, layer in plan.items()
            if layer != (8, "channel")
        }
        name = max(better, key=better.get)
        bits, grain = plan[name]
        a_bit = f"{bits} bit{'s' * (bits > 1)} a weight, a scale per {grain}"
        words += f", where {AT_LEAST}% are asked. What hurts most is {name}, with {a_bit}"
        that(False, f"{words}: with 8 bits there it would be {better[name]:.2f}%", 2 if right > 90 else 1)
