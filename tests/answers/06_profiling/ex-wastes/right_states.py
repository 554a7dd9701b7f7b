def predict(p):
    steps, every = p["num_steps"], p["every"]

    def step(mended):
        ms = dict(p["ms"])
        if "count" in mended:
            ms["count"] -= ms["forward"]
        if "tensor" in mended:
            for lap in ["forward", "loss", "count", "backward", "update", "validate"]:
                ms[lap] *= p["float32"]
        if "scale" in mended:
            ms["scale"] /= steps
        if "shift" in mended:
            ms["shift"] = p["shift at once"]
        for lap in {"validate", "save"} & set(mended):
            ms[lap] /= every
        return sum(ms.values())

    six = ["scale", "shift", "tensor", "count", "validate", "save"]
    return {lap: step([]) - step([lap]) for lap in six}, step(six)
