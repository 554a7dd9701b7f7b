def predict(fp32, macs, factor):
    t = medians(fp32)
    return sum(t.values()) / sum(v / factor if layer in macs else v for layer, v in t.items())


def explain(fp32, int8, factor):
    a, b = medians(fp32), medians(int8)
    both = a.keys() & b.keys()
    return {
        "speed_up": sum(a.values()) / sum(b.values()),
        "saved": sum(max(a[n] - b[n], 0) for n in both),
        "lost": sum(max(b[n] - a[n], 0) for n in both),
        "removed": sum(a[n] for n in a.keys() - b.keys()),
        "added": sum(b[n] for n in b.keys() - a.keys()),
        "guilty": max(b, key=lambda n: b[n] - a.get(n, 0) / factor),
    }


def scaling(one, two):
    a, b = medians(one), medians(two)
    stuck = [n for n in a if b[n] > 0.84 * a[n]]
    return stuck, sum(a.values()) / sum(a[n] for n in stuck) if stuck else float("inf")
