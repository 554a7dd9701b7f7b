def hidden_waits(events):
    """A list of (operator, wait, idle), the longest idle time first."""
    GPU = {"kernel", "gpu_memcpy", "gpu_memset"}
    gpu = [(e["ts"], e["ts"] + e["dur"]) for e in events if e.get("cat") in GPU]
    ops = [e for e in events if e.get("cat") == "cpu_op"]
    calls = [e for e in events if e.get("cat") == "cuda_runtime" and e["name"].endswith("Synchronize")]
    calls.sort(key=lambda e: e["ts"])
    found = []
    for c in calls:
        outer = [o for o in ops if o["tid"] == c["tid"] and o["ts"] <= c["ts"] < o["ts"] + o["dur"]]
        if not outer:
            continue
        op = min(outer, key=lambda o: o["ts"])
        at = c["ts"] + c["dur"]
        last = max(b for a, b in gpu if a <= at)
        after = [a for a, b in gpu if a > at]
        idle = min(after) - last if after and last < at else 0.0
        found.append((op["name"], c["dur"], idle))
    found.sort(key=lambda f: -f[2])
    return found
