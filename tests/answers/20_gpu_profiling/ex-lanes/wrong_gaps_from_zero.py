def lanes(events):
    """(busy, gaps, overlap): a fraction, a list of (start, µs), and µs."""
    on_gpu = ("kernel", "gpu_memcpy", "gpu_memset")
    gpu = [e for e in events if e.get("cat") in on_gpu]
    spans = sorted((e["ts"], e["ts"] + e["dur"]) for e in gpu)
    if not spans:
        return 0.0, [], 0.0
    gaps, end = [], spans[0][0]
    for start, its_end in spans:
        if start > end:
            gaps.append((end - spans[0][0], start - end))
        end = max(end, its_end)
    span = end - spans[0][0]
    busy = (span - sum(us for _, us in gaps)) / span
    changes = sorted([(a, 1) for a, _ in spans] + [(b, -1) for _, b in spans])
    running, overlap = 0, 0.0
    for (t, change), (later, _) in itertools.pairwise(changes):
        running += change
        if running >= 2:
            overlap += later - t
    return busy, gaps, overlap
