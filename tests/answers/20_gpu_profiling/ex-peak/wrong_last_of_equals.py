def peak(events):
    """(most, index, alive): bytes, the index of an event, and {name: bytes}."""
    held, total, most, when, at_peak = {}, 0, 0, -1, {}
    for index, e in enumerate(events):
        if e["action"] == "alloc":
            name = e["frames"][0]["name"] if e["frames"] else "?"
            held[e["addr"]] = (name, -(-e["size"] // 512) * 512)
            total += held[e["addr"]][1]
        elif e["action"] == "free_completed":
            total -= held.pop(e["addr"], ("", 0))[1]
        if total >= most:
            most, when, at_peak = total, index, dict(held)
    alive = {}
    for name, size in at_peak.values():
        alive[name] = alive.get(name, 0) + size
    return most, when, alive
