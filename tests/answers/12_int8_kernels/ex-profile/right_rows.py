def predict(fp32, macs, factor):
    total = fast = 0
    for row in fp32:
        us = np.median(row["us"])
        total += us
        fast += us * (1 - 1 / factor) * (row["layer"] in macs)
    return total / (total - fast)


def explain(fp32, int8, factor):
    a, b = ({row["layer"]: np.median(row["us"]) for row in rows} for rows in (fp32, int8))
    out = dict.fromkeys(("saved", "lost", "removed", "added"), 0.0)
    excess = {}
    for layer in {**a, **b}:
        if layer not in b:
            out["removed"] += a[layer]
        elif layer not in a:
            out["added"] += b[layer]
            excess[layer] = b[layer]
        else:
            out["lost" if b[layer] > a[layer] else "saved"] += abs(a[layer] - b[layer])
            excess[layer] = b[layer] - a[layer] / factor
    out["speed_up"] = sum(a.values()) / sum(b.values())
    return {**out, "guilty": sorted(excess, key=excess.get)[-1]}


def scaling(one, two):
    b = medians(two)
    stuck = {n: us for n, us in medians(one).items() if b[n] / us > 0.8}
    if not stuck:
        return [], np.inf
    return list(stuck), sum(medians(one).values()) / sum(stuck.values())
