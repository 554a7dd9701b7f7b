def hidden_waits(events):
    ops = [e for e in events if e.get("cat") == "cpu_op"]
    gpu = [
        (e["ts"], e["ts"] + e["dur"])
        for e in events
        if e.get("cat") in ("kernel", "gpu_memcpy", "gpu_memset")
    ]
    calls = sorted(events, key=lambda e: e.get("ts", 0))
    calls = [e for e in calls if e.get("cat") == "cuda_runtime" and "Synchronize" in e["name"]]
    found = []
    for call in calls:
        around = [o for o in ops if o["tid"] == call["tid"] and o["ts"] <= call["ts"] < o["ts"] + o["dur"]]
        if not around:
            continue
        outer = min(around, key=lambda o: (o["ts"], -o["dur"]))
        at = call["ts"] + call["dur"]
        before = [b for a, b in gpu if a < at]
        later = [a for a, _ in gpu if a > at]
        idle = 0.0
        if before and later and max(before) < at:
            idle = min(later) - max(before)
        found.append((outer["name"], call["dur"], idle))
    return sorted(found, key=lambda it: -it[2])
