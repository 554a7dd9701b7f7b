def predict(p):
    m, f, e = p["ms"], p["float32"], p["every"]
    savings = dict(
        scale=m["scale"] - m["scale"] / p["num_steps"],
        shift=m["shift"] - p["shift at once"],
        tensor=(m["forward"] + m["loss"] + m["count"] + m["backward"] + m["update"] + m["validate"])
        * (1 - f),
        count=m["forward"],
        validate=m["validate"] * (e - 1) / e,
        save=m["save"] * (e - 1) / e,
    )
    after = m["scale"] / p["num_steps"] + m["draw"] + p["shift at once"] + m["tensor"]
    after += f * (m["loss"] + m["count"] + m["backward"] + m["update"])
    after += m["log"] + m["report"] + (f * m["validate"] + m["save"]) / e
    return savings, after
