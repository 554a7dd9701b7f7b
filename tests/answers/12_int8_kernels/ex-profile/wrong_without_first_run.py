def my(p):
    return {r["layer"]: float(np.median(r["us"][1:])) for r in p}


def predict(fp32, macs, factor):
    t = my(fp32)
    new = sum(v / factor if k in macs else v for k, v in t.items())
    return sum(t.values()) / new


def explain(fp32, int8, factor):
    a, b = my(fp32), my(int8)
    both = a.keys() & b.keys()
    return {
        "speed_up": sum(a.values()) / sum(b.values()),
        "saved": sum(a[k] - b[k] for k in both if b[k] < a[k]),
        "lost": sum(b[k] - a[k] for k in both if b[k] > a[k]),
        "removed": sum(a[k] for k in a if k not in b),
        "added": sum(b[k] for k in b if k not in a),
        "guilty": max(b, key=lambda k: b[k] - a.get(k, 0) / factor),
    }


def scaling(one, two):
    a, b = my(one), my(two)
    stuck = [k for k in a if b[k] > 0.8 * a[k]]
    if not stuck:
        return stuck, float("inf")
    return stuck, sum(a.values()) / sum(a[k] for k in stuck)
