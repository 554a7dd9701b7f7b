def peak(events):
    """(most, index, alive): bytes, the index of an event, and {name: bytes}."""
    held = {}
    total = most = 0
    index, best = None, {}
    for e in events:
        if e["action"] == "alloc":
            size = (e["size"] + 511) // 512 * 512
            name = e["frames"][0]["name"] if e["frames"] else "?"
            held[e["addr"]] = name, size
            total += size
            if total > most:
                most, best = total, dict(held)
                index = events.index(e)
        elif e["action"] == "free_completed":
            _, size = held.pop(e["addr"], ("", 0))
            total -= size
    alive = {}
    for name, size in best.values():
        alive[name] = alive.get(name, 0) + size
    return most, index, alive
