def predict(p):
    laps = list(p["ms"])
    ms = np.array([p["ms"][lap] for lap in laps])
    model = np.isin(laps, ["forward", "loss", "count", "backward", "update", "validate"])
    now = {"scale": p["ms"]["scale"] / p["num_steps"], "shift": p["shift at once"]}
    now["count"] = p["ms"]["count"] - p["ms"]["forward"]
    now |= {lap: p["ms"][lap] / p["every"] for lap in ("validate", "save")}
    savings = {lap: p["ms"][lap] - then for lap, then in now.items()}
    savings["tensor"] = ms[model].sum() * (1 - p["float32"])
    then = np.array([now.get(lap, p["ms"][lap]) for lap in laps])
    return savings, np.where(model, p["float32"] * then, then).sum()
