def _ops(trace):
    for e in trace["traceEvents"]:
        if (e.get("ph"), e.get("cat")) == ("X", "cpu_op"):
            yield e


def self_times(trace):
    todo = [
        (str(e["pid"]) + "/" + str(e["tid"]), e["ts"], -e["dur"], i, e["name"])
        for i, e in enumerate(_ops(trace))
    ]
    todo.sort()
    out = {}

    def eat(i, phase):
        lane, ts, neg, _, name = todo[i]
        if name[:16] == "autograd::engine":
            phase = "backward"
        own, j = -neg, i + 1
        while j < len(todo) and todo[j][0] == lane and todo[j][1] < ts - neg:
            own += todo[j][2]
            j = eat(j, phase)
        out[phase, name] = out.get((phase, name), 0.0) + own
        return j

    at = 0
    while at < len(todo):
        at = eat(at, "forward")
    return out


def unseen(trace):
    steps = [
        (e["ts"], e["ts"] + e["dur"])
        for e in trace["traceEvents"]
        if e.get("ph") == "X" and str(e.get("name", ""))[:13] == "ProfilerStep#"
    ]
    spans = [(e["ts"], e["ts"] + e["dur"]) for e in _ops(trace)]
    cuts = sorted({t for s in steps + spans for t in s})
    out = 0.0
    for a, b in zip(cuts, cuts[1:]):
        if any(s <= a and b <= t for s, t in steps) and not any(s <= a and b <= t for s, t in spans):
            out += b - a
    return np.float64(out)
