def predict(fp32, macs, factor):
    """The speed-up, if layers in macs take 1 / factor of their time, others theirs."""
    before = medians(fp32)
    after = sum(us / factor if layer in macs else us for layer, us in before.items())
    return sum(before.values()) / after


def explain(fp32, int8, factor):
    """{"speed_up", "saved", "lost", "removed", "added", "guilty"} of two profiles."""
    a, b = medians(fp32), medians(int8)
    change = {layer: b[layer] - a[layer] for layer in a if layer in b}
    return {
        "speed_up": round(sum(a.values()) / sum(b.values()), 2),
        "saved": sum(-us for us in change.values() if us < 0),
        "lost": sum(us for us in change.values() if us > 0),
        "removed": sum(us for layer, us in a.items() if layer not in b),
        "added": sum(us for layer, us in b.items() if layer not in a),
        "guilty": max(b, key=lambda layer: b[layer] - a.get(layer, 0) / factor),
    }


def scaling(one, two):
    """(layers hardly faster on two threads, the speed-up that no number exceeds)."""
    a, b = medians(one), medians(two)
    stuck = [layer for layer in a if b[layer] > 0.8 * a[layer]]
    if not stuck:
        return stuck, float("inf")
    return stuck, sum(a.values()) / sum(a[layer] for layer in stuck)
