def predict(events, steps, graph_us, between_us):
    span = [e for e in events if e.get("cat") == "user_annotation"][0]
    ends = {e["args"]["correlation"]: e["ts"] + e["dur"] for e in events if e.get("cat") == "cuda_runtime"}
    gpu = sorted(
        (e for e in events if e.get("cat") in ("kernel", "gpu_memcpy", "gpu_memset")), key=lambda e: e["ts"]
    )
    arrivals = [ends[e["args"]["correlation"]] - span["ts"] for e in gpu]
    durations = [e["dur"] for e in gpu]

    def last(arrived):
        end = 0
        for a, d in zip(arrived, durations * steps, strict=True):
            end = max(a, end + between_us) + d
        return end

    eager = last([k * span["dur"] + a for k in range(steps) for a in arrivals])
    graph = last([(k + 1) * graph_us for k in range(steps) for _ in durations])
    return eager, graph
