def lanes(events):
    """(busy, gaps, overlap): a fraction, a list of (start, µs), and µs."""
    GPU = {"kernel", "gpu_memcpy", "gpu_memset"}
    spans = sorted((e["ts"], e["ts"] + e["dur"]) for e in events if e.get("cat") in GPU)
    if not spans:
        return 0.0, [], 0.0
    first = spans[0][0]
    end = spans[0][1]
    gaps = []
    for s, t in spans:
        if s > end:
            gaps.append((end, s - end))
        end = max(end, t)
    busy = 1 - sum(us for _, us in gaps) / end
    changes = sorted([(s, 1) for s, _ in spans] + [(t, -1) for _, t in spans])
    overlap, running, previous = 0.0, 0, first
    for t, d in changes:
        if running >= 2:
            overlap += t - previous
        running += d
        previous = t
    return busy, gaps, overlap
