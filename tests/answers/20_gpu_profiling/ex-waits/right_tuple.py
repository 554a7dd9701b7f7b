def hidden_waits(events):
    """A list of (operator, wait, idle), the longest idle time first."""
    on_gpu = ("kernel", "gpu_memcpy", "gpu_memset")
    gpu = [(e["ts"], e["ts"] + e["dur"]) for e in events if e.get("cat") in on_gpu]
    ops = sorted((e for e in events if e.get("cat") == "cpu_op"), key=lambda e: (e["ts"], -e["dur"]))
    calls = [e for e in events if e.get("cat") == "cuda_runtime"]
    found = []
    for call in sorted(calls, key=lambda e: e["ts"]):
        at = call["ts"] + call["dur"]
        running = [op for op in ops if op["ts"] <= call["ts"] < op["ts"] + op["dur"]]
        around = [op["name"] for op in running if op["tid"] == call["tid"]]
        if call["name"].endswith("Synchronize") and around:
            last = max((b for a, b in gpu if a < at), default=at)
            later = [a for a, _ in gpu if a > at]
            idle = min(later) - last if later and last < at else 0.0
            found.append((around[0], call["dur"], idle))
    return tuple(sorted(found, key=lambda it: -it[2]))
