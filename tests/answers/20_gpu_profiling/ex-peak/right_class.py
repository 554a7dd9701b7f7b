def peak(events):
    live, heights = {}, []
    states = []
    for e in events:
        if e["action"] == "alloc":
            name = "?"
            if len(e["frames"]) > 0:
                name = e["frames"][0]["name"]
            blocks = (e["size"] + 511) // 512
            live[e["addr"]] = (name, blocks * 512)
        if e["action"] == "free_completed" and e["addr"] in live:
            del live[e["addr"]]
        heights.append(sum(size for _, size in live.values()))
        states.append(list(live.values()))
    index = int(np.argmax(heights))
    alive = {}
    for name, size in states[index]:
        alive.setdefault(name, 0)
        alive[name] += size
    return heights[index], index, alive
