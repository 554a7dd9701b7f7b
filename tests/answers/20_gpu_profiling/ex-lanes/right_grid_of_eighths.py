def lanes(events):
    cats = {"kernel", "gpu_memcpy", "gpu_memset"}
    gpu = [e for e in events if e.get("cat") in cats]
    rows = [(round(8 * e["ts"]), round(8 * (e["ts"] + e["dur"]))) for e in gpu]
    if len(rows) == 0:
        return (0.0, [], 0.0)
    lo, hi = min(r[0] for r in rows), max(r[1] for r in rows)
    n = np.zeros(hi - lo, int)
    for a, b in rows:
        n[a - lo : b - lo] += 1
    idle = np.flatnonzero(np.diff(np.r_[0, (n == 0).astype(int), 0]))
    gaps = [(float(lo + a) / 8, float(b - a) / 8) for a, b in idle.reshape(-1, 2)]
    return float((n > 0).mean()), gaps, float((n > 1).sum() / 8)
