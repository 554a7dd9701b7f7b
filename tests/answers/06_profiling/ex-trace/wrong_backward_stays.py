def self_times(trace):
    """{(phase, name): µs of its own}, summed over the ops of this phase and name."""
    times, stacks = {}, {}
    ops = [e for e in trace["traceEvents"] if e.get("ph") == "X"]
    ops = [e for e in ops if e.get("cat") == "cpu_op"]
    for e in sorted(ops, key=lambda e: (e["ts"], -e["dur"])):
        stack = stacks.setdefault((e["pid"], e["tid"]), [])  # (end, key) of open ops
        while stack and stack[-1][0] <= e["ts"]:
            stack.pop()
        inside = (
            any(phase == "backward" for phase, _ in times) or bool(stack) and stack[-1][1][0] == "backward"
        )
        backward = inside or e["name"].startswith("autograd::engine")
        key = ("backward" if backward else "forward", e["name"])
        times[key] = times.get(key, 0) + e["dur"]
        if stack:
            times[stack[-1][1]] -= e["dur"]
        stack.append((e["ts"] + e["dur"], key))
    return times


def unseen(trace):
    """µs of all steps in which no op is open on any thread."""
    complete = [e for e in trace["traceEvents"] if e.get("ph") == "X"]
    ops = [e for e in complete if e.get("cat") == "cpu_op"]
    spans = sorted((e["ts"], e["ts"] + e["dur"]) for e in ops)
    gaps = 0
    for step in complete:
        if step["name"].startswith("ProfilerStep#"):
            free, end = step["ts"], step["ts"] + step["dur"]
            for start, stop in spans:
                gaps += max(0, min(start, end) - free)
                free = max(free, min(stop, end))
            gaps += end - free
    return gaps
