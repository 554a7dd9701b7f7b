def predict(events, steps, graph_us, between_us):
    """(eager, graph): µs of so many steps in a row."""
    on_gpu = ("kernel", "gpu_memcpy", "gpu_memset")
    (span,) = (e for e in events if e.get("cat") == "user_annotation")
    calls = [e for e in events if e.get("cat") == "cuda_runtime"]
    ends = {e["args"]["correlation"]: e["ts"] + e["dur"] - span["ts"] for e in calls}
    gpu = sorted((e for e in events if e.get("cat") in on_gpu), key=lambda e: e["ts"])
    durations = [e["dur"] for e in gpu] * steps

    def queue(arrivals):
        end = -between_us
        for arrival, duration in zip(arrivals, durations, strict=True):
            end = max(arrival, end + between_us) + duration
        return end

    arrivals = [ends[e["args"]["correlation"]] for e in gpu]
    eager = queue([k * span["dur"] + a for k in range(steps) for a in arrivals])
    return eager, queue([(k + 1) * graph_us for k in range(len(durations))])
