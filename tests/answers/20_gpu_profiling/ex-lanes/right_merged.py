def lanes(events):
    def merged(spans):
        found = []
        for a, b in sorted(spans):
            if found and a <= found[-1][1]:
                found[-1][1] = max(found[-1][1], b)
            else:
                found.append([a, b])
        return found

    streams = {}
    for e in events:
        if e["ph"] == "X" and e["cat"] in ("kernel", "gpu_memset", "gpu_memcpy"):
            streams.setdefault(e["args"]["stream"], []).append((e["ts"], e["ts"] + e["dur"]))
    together = merged([it for spans in streams.values() for it in spans])
    if not together:
        return 0.0, [], 0.0
    both = []
    for one, two in itertools.combinations(streams, 2):
        for a, b in streams[one]:
            for c, d in streams[two]:
                if max(a, c) < min(b, d):
                    both.append((max(a, c), min(b, d)))
    busy = sum(b - a for a, b in together) / (together[-1][1] - together[0][0])
    gaps = [(p[1], q[0] - p[1]) for p, q in zip(together, together[1:])]
    return busy, gaps, sum(b - a for a, b in merged(both))
