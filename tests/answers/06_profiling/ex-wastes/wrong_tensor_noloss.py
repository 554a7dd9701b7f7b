def predict(p):
    ms, n, every, f = p["ms"], p["num_steps"], p["every"], p["float32"]
    net = ["forward", "loss", "count", "backward", "update", "validate"]
    savings = {
        "scale": ms["scale"] * (1 - 1 / n),
        "shift": ms["shift"] - p["shift at once"],
        "tensor": (1 - f) * sum(ms[k] for k in net if k != "loss"),
        "count": ms["forward"],
        "validate": ms["validate"] * (1 - 1 / every),
        "save": ms["save"] * (1 - 1 / every),
    }
    new = dict(ms)
    new["scale"] = ms["scale"] / n
    new["shift"] = p["shift at once"]
    new["count"] = ms["count"] - ms["forward"]
    new["validate"] = ms["validate"] / every
    new["save"] = ms["save"] / every
    for k in net:
        new[k] *= f
    return savings, sum(new.values())
