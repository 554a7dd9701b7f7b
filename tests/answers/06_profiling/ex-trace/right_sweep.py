def self_times(trace):
    """{(phase, name): µs of its own}, summed over the ops of this phase and name."""
    times, stacks = {}, {}
    ops = [e for e in trace["traceEvents"] if e.get("ph") == "X"]
    ops = [e for e in ops if e.get("cat") == "cpu_op"]
    for e in sorted(ops, key=lambda e: (e["ts"], -e["dur"])):
        stack = stacks.setdefault((e["pid"], e["tid"]), [])  # (end, key) of open ops
        while stack and stack[-1][0] <= e["ts"]:
            stack.pop()
        inside = bool(stack) and stack[-1][1][0] == "backward"
        backward = inside or e["name"].startswith("autograd::engine")
        key = ("backward" if backward else "forward", e["name"])
        times[key] = times.get(key, 0) + e["dur"]
        if stack:
            times[stack[-1][1]] -= e["dur"]
        stack.append((e["ts"] + e["dur"], key))
    return times


def unseen(trace):
    marks = []
    for e in trace["traceEvents"]:
        if e.get("ph") != "X":
            continue
        kind = 1 if e.get("cat") == "cpu_op" else 0 if e["name"].startswith("ProfilerStep#") else None
        if kind is not None:
            marks += [(e["ts"], kind, 1), (e["ts"] + e["dur"], kind, -1)]
    total, last, open_ = 0, None, [0, 0]
    for t, kind, by in sorted(marks):
        if last is not None and open_[0] and not open_[1]:
            total += t - last
        open_[kind] += by
        last = t
    return float(total)
