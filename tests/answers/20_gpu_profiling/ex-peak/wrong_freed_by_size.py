def peak(events):
    held, most, index, at_peak = {}, 0, None, {}
    for i, e in enumerate(events):
        if e["action"] == "alloc":
            name = e["frames"][0]["name"] if e["frames"] else "?"
            held[e["addr"]] = (name, -(-e["size"] // 512) * 512)
        elif e["action"] == "free_completed":
            for a, v in list(held.items()):
                if v[1] == -(-e["size"] // 512) * 512:
                    del held[a]
                    break
        now = sum(size for _, size in held.values())
        if now > most:
            most, index, at_peak = now, i, dict(held)
    alive = {}
    for name, size in at_peak.values():
        alive[name] = alive.get(name, 0) + size
    return most, index, alive
