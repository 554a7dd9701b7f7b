def predict(events, steps, graph_us, between_us):
    gpu = sorted(
        (e for e in events if e.get("cat") in ("kernel", "gpu_memcpy", "gpu_memset")), key=lambda e: e["ts"]
    )
    span = next(e for e in events if e.get("cat") == "user_annotation")

    def launch_end(e):
        call = next(
            c
            for c in events
            if c.get("cat") == "cuda_runtime" and c["args"]["correlation"] == e["args"]["correlation"]
        )
        return call["ts"] + call["dur"] - span["ts"]

    first = [launch_end(e) for e in gpu]
    total = sum(e["dur"] for e in gpu) + between_us * (len(gpu) - 1)
    eager, graph = float("-inf"), float("-inf")
    for k in range(steps):
        for arrival, e in zip(first, gpu):
            eager = max(k * span["dur"] + arrival, eager + between_us) + e["dur"]
        graph = max((k + 1) * graph_us, graph + between_us) + total
    return np.float64(eager), np.float64(graph)
