def hidden_waits(events):
    cats = ("kernel", "gpu_memcpy", "gpu_memset")
    spans = np.array([(e["ts"], e["ts"] + e["dur"]) for e in events if e.get("cat") in cats])
    found = []
    for call in events:
        if call.get("cat") != "cuda_runtime" or not call["name"].endswith("Synchronize"):
            continue
        outer = None
        for op in events:
            if op.get("cat") == "cpu_op" and op["tid"] == call["tid"]:
                if op["ts"] <= call["ts"] and call["ts"] + call["dur"] <= op["ts"] + op["dur"]:
                    if outer is None or op["dur"] > outer["dur"]:
                        outer = op
        if outer is None:
            continue
        at = call["ts"] + call["dur"]
        idle = 0.0
        running = ((spans[:, 0] < at) & (at < spans[:, 1])).any()
        if not running and (spans[:, 0] > at).any() and (spans[:, 0] < at).any():
            idle = spans[spans[:, 0] > at, 0].min() - spans[spans[:, 1] < at, 1].max()
        found.append((-idle, call["ts"], outer["name"], call["dur"]))
    return [(name, wait, -minus) for minus, _, name, wait in sorted(found)]
