def lanes(events):
    on_gpu = {"kernel", "gpu_memcpy", "gpu_memset"}
    spans = np.array([[e["ts"], e["ts"] + e["dur"]] for e in events if e.get("cat") in on_gpu])
    if len(spans) == 0:
        return (0.0, [], 0.0)
    edges = np.unique(spans)
    if len(edges) == 2:
        return (1.0, [], 0.0)
    lengths = np.diff(edges)
    active = ((spans[:, :1] <= edges[:-1]) & (spans[:, 1:] >= edges[1:])).sum(axis=0)
    gaps = [[edges[i], lengths[i]] for i in np.flatnonzero(active == 0)]
    busy = lengths[active > 0].sum() / (edges[-1] - edges[0])
    return busy, gaps, lengths[active >= 2].sum()
