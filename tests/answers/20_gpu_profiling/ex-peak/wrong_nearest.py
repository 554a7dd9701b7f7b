def peak(events):
    """(most, index, alive): bytes, the index of an event, and {name: bytes}."""
    held = {}
    total = most = 0
    index, best = None, {}
    for i, e in enumerate(events):
        if e["action"] == "alloc":
            size = round(e["size"] / 512) * 512
            name = e["frames"][0]["name"] if e["frames"] else "?"
            held[e["addr"]] = name, size
            total += size
            if total > most:
                most, index, best = total, i, dict(held)
        elif e["action"] == "free_completed":
            _, size = held.pop(e["addr"], ("", 0))
            total -= size
    alive = {}
    for name, size in best.values():
        alive[name] = alive.get(name, 0) + size
    return most, index, alive
