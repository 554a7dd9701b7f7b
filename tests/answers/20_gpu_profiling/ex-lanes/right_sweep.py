def lanes(events):
    changes = []
    for e in events:
        if e.get("ph") == "X" and e["cat"] in ("kernel", "gpu_memcpy", "gpu_memset"):
            changes += [(e["ts"], 1, 1), (e["ts"] + e["dur"], 0, -1)]
    if not changes:
        return 0.0, [], 0.0
    changes.sort()
    begin, last, running, busy, overlap, gaps = changes[0][0], changes[0][0], 0, 0.0, 0.0, []
    for t, _, change in changes:
        if t > last:
            if running == 0:
                gaps.append((last, t - last))
            else:
                busy += t - last
                overlap += (t - last) * (running > 1)
        running, last = running + change, t
    return busy / (last - begin), gaps, overlap
