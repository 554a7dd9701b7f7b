def hidden_waits(events):
    gpu = sorted(
        (e["ts"], e["ts"] + e["dur"])
        for e in events
        if e.get("cat") in ("kernel", "gpu_memcpy", "gpu_memset")
    )
    gaps, end = [], gpu[0][0]
    for a, b in gpu:
        if a > end:
            gaps.append((end, a))
        end = max(end, b)
    ops = [e for e in events if e.get("cat") == "cpu_op"]
    result = []
    for e in sorted([e for e in events if e.get("cat") == "cuda_runtime"], key=lambda e: e["ts"]):
        if e["name"][-11:] == "Synchronize":
            outer = [o for o in ops if o["tid"] == e["tid"] and o["ts"] <= e["ts"] < o["ts"] + o["dur"]]
            if outer:
                at = e["ts"] + e["dur"]
                idle = sum(b - a for a, b in gaps if a < at < b)
                result.append([min(outer, key=lambda o: (o["ts"], -o["dur"]))["name"], e["dur"], idle])
    result.sort(key=lambda it: it[2], reverse=True)
    return result
