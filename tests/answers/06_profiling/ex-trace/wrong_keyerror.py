def ops_of(trace):
    return [e for e in trace["traceEvents"] if e["ph"] == "X" and e["cat"] == "cpu_op"]


def self_times(trace):
    threads, times = {}, {}
    for e in ops_of(trace):
        threads.setdefault((e["pid"], e["tid"]), []).append(e)
    for ops in threads.values():
        stack = []
        for e in sorted(ops, key=lambda e: (e["ts"], -e["dur"])):
            while stack and stack[-1][0] <= e["ts"]:
                stack.pop()
            back = e["name"].startswith("autograd::engine") or bool(stack and stack[-1][1])
            key = ("backward" if back else "forward", e["name"])
            times[key] = times.get(key, 0) + e["dur"]
            if stack:
                times[stack[-1][2]] -= e["dur"]
            stack.append((e["ts"] + e["dur"], back, key))
    return times


def unseen(trace):
    total = 0
    ops = sorted(ops_of(trace), key=lambda e: e["ts"])
    for s in trace["traceEvents"]:
        if s.get("ph") == "X" and s.get("name", "").startswith("ProfilerStep#"):
            free, end = s["ts"], s["ts"] + s["dur"]
            for e in ops:
                a, b = max(e["ts"], s["ts"]), min(e["ts"] + e["dur"], end)
                if b <= a:
                    continue
                if a > free:
                    total += a - free
                free = max(free, b)
            total += end - free
    return total
