def predict(events, steps, graph_us, between_us):
    """The end is the latest of: an arrival, and all that runs from then on."""
    (span,) = [e for e in events if e.get("cat") == "user_annotation"]
    calls = {e["args"]["correlation"]: e for e in events if e.get("cat") == "cuda_runtime"}
    gpu = [e for e in events if e.get("cat") in ("kernel", "gpu_memcpy", "gpu_memset")]
    gpu.sort(key=lambda e: e["ts"])
    took = np.tile([e["dur"] for e in gpu], steps)
    n = len(gpu)

    def last_end(arrivals):
        rest = np.cumsum((took + between_us)[::-1])[::-1] - between_us
        return float(np.max(np.asarray(arrivals) + rest))

    launch = [calls[e["args"]["correlation"]] for e in gpu]
    first = np.array([c["ts"] + c["dur"] - span["ts"] for c in launch])
    eager = last_end(np.concatenate([first + k * span["dur"] for k in range(steps)]))
    graph = last_end(np.repeat(graph_us * np.arange(1, steps + 1), n))
    return eager, graph
