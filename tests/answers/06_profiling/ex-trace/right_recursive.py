from collections import defaultdict


def self_times(trace):
    threads = defaultdict(list)
    for e in trace["traceEvents"]:
        if e.get("ph") == "X" and e.get("cat") == "cpu_op":
            threads[e["pid"], e["tid"]].append(e)
    times = defaultdict(float)

    def visit(queue, phase):
        e = queue.pop(0)
        if e["name"].startswith("autograd::engine"):
            phase = "backward"
        own = e["dur"]
        while queue and queue[0]["ts"] < e["ts"] + e["dur"]:
            own -= visit(queue, phase)
        times[phase, e["name"]] += own
        return e["dur"]

    for queue in threads.values():
        queue.sort(key=lambda e: -e["dur"])
        queue.sort(key=lambda e: e["ts"])
        while queue:
            visit(queue, "forward")
    return times


def unseen(trace):
    events = [e for e in trace["traceEvents"] if e.get("ph") == "X"]
    steps = [e for e in events if e["name"].startswith("ProfilerStep#")]
    merged = []
    for e in sorted((e for e in events if e.get("cat") == "cpu_op"), key=lambda e: e["ts"]):
        start, end = e["ts"], e["ts"] + e["dur"]
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    total = sum(s["dur"] for s in steps)
    for s in steps:
        for start, end in merged:
            total -= max(0, min(end, s["ts"] + s["dur"]) - max(start, s["ts"]))
    return total
