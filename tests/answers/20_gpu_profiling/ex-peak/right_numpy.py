def peak(events):
    import collections

    change, known = np.zeros(len(events), np.int64), {}
    for i, e in enumerate(events):
        if e["action"] == "alloc":
            known[e["addr"]] = int(np.ceil(e["size"] / 512)) * 512
            change[i] = known[e["addr"]]
        elif e["action"] == "free_completed":
            change[i] = -known.pop(e["addr"], 0)
    held = np.cumsum(change)
    index = held.argmax()
    names = {}
    for e in events[: index + 1]:
        if e["action"] == "alloc":
            names[e["addr"]] = ("?" if not e["frames"] else e["frames"][0]["name"], e["size"])
        elif e["action"] == "free_completed":
            names.pop(e["addr"], None)
    alive = collections.Counter()
    for name, size in names.values():
        alive[name] += int(np.ceil(size / 512)) * 512
    return held[index], index, alive
