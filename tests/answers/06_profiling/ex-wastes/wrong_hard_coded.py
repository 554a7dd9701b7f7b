def predict(p):
    """({lap: ms saved by mending it alone}, ms of a step with all six mended)."""
    p = {**p, "every": 20}
    ms, r, every = p["ms"], p["float32"], p["every"]
    model = ("forward", "loss", "count", "backward", "update", "validate")
    savings = {
        "scale": ms["scale"] * (1 - 1 / p["num_steps"]),
        "shift": ms["shift"] - p["shift at once"],
        "tensor": (1 - r) * sum(ms[lap] for lap in model),
        "count": ms["forward"],
        "validate": ms["validate"] * (1 - 1 / every),
        "save": ms["save"] * (1 - 1 / every),
    }
    after = dict(ms)
    for lap in ("scale", "shift", "count", "validate", "save"):
        after[lap] -= savings[lap]
    for lap in model:
        after[lap] *= r
    return savings, sum(after.values())
