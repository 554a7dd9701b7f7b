def predict(events, steps, graph_us, between_us):
    """(eager, graph): µs of so many steps in a row."""
    GPU = {"kernel", "gpu_memcpy", "gpu_memset"}
    gpu = sorted((e for e in events if e.get("cat") in GPU), key=lambda e: e["ts"])
    span = next(e for e in events if e.get("cat") == "user_annotation")
    ends = {e["args"]["correlation"]: e["ts"] + e["dur"] for e in events if e.get("cat") == "cuda_runtime"}
    arrive = [e["ts"] - span["ts"] for e in gpu]
    durs = [e["dur"] for e in gpu]

    def queue(arrivals):
        end = -between_us
        for a, d in zip(arrivals, durs * steps):
            end = max(a, end + between_us) + d
        return end

    eager = queue([k * span["dur"] + a for k in range(steps) for a in arrive])
    graph = queue([(k + 1) * graph_us for k in range(steps) for _ in durs])
    return eager, graph
