def predict(events, steps, graph_us, between_us):
    kinds = ("kernel", "gpu_memcpy", "gpu_memset")
    label = [e for e in events if e.get("cat") == "user_annotation"][0]
    launched = {}
    for e in events:
        if e.get("cat") == "cuda_runtime":
            launched[e["args"]["correlation"]] = e["ts"] + e["dur"]
    work = sorted(
        [
            (e["ts"], launched[e["args"]["correlation"]] - label["ts"], e["dur"])
            for e in events
            if e.get("cat") in kinds
        ]
    )
    eager, graph = None, None
    for k in range(steps):
        for _, arrives, us in work:
            a = k * label["dur"] + arrives
            eager = (a if eager is None else max(a, eager + between_us)) + us
            g = (k + 1) * graph_us
            graph = (g if graph is None else max(g, graph + between_us)) + us
    return [eager, graph]
