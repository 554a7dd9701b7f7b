def self_times(trace):
    ops = [e for e in trace["traceEvents"] if e.get("ph") == "X" and e.get("cat") == "cpu_op"]
    order = {id(e): i for i, e in enumerate(ops)}

    def outside(e, f):  # e encloses f
        if e is f or (e["pid"], e["tid"]) != (f["pid"], f["tid"]):
            return False
        if not (e["ts"] <= f["ts"] < e["ts"] + e["dur"]):
            return False
        return (e["ts"], -e["dur"], order[id(e)]) < (f["ts"], -f["dur"], order[id(f)])

    times = {}
    own = {id(e): e["dur"] for e in ops}
    phases = {}
    for f in ops:
        around = [e for e in ops if outside(e, f)]
        back = any(e["name"].startswith("autograd::engine") for e in [f, *around])
        phases[id(f)] = "backward" if back else "forward"
        if around:
            parent = max(around, key=lambda e: (e["ts"], -e["dur"], order[id(e)]))
            own[id(parent)] -= f["dur"]
    for e in ops:
        key = phases[id(e)], e["name"]
        times[key] = times.get(key, 0.0) + own[id(e)]
    return times


def unseen(trace):
    events = [e for e in trace["traceEvents"] if e.get("ph") == "X"]
    ops = [e for e in events if e.get("cat") == "cpu_op"]
    total = 0.0
    for step in events:
        if not step["name"].startswith("ProfilerStep#"):
            continue
        a, b = step["ts"], step["ts"] + step["dur"]
        cuts = {a, b}
        for e in ops:
            cuts |= {min(max(t, a), b) for t in (e["ts"], e["ts"] + e["dur"])}
        cuts = sorted(cuts)
        for s, t in zip(cuts, cuts[1:]):
            if not any(e["ts"] <= s and t <= e["ts"] + e["dur"] for e in ops):
                total += t - s
    return total
