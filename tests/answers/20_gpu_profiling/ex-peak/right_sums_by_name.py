def peak(events):
    sums, where, best = {}, {}, (0, -1, {})
    for i, e in enumerate(events):
        what = e["action"]
        if what == "alloc":
            who = e["frames"][0]["name"] if e["frames"] else "?"
            size = e["size"] + -e["size"] % 512
            where[e["addr"]] = who, size
            sums[who] = sums.get(who, 0) + size
            if sum(sums.values()) > best[0]:
                best = (sum(sums.values()), i, {k: v for k, v in sums.items() if v})
        elif what == "free_completed" and e["addr"] in where:
            who, size = where.pop(e["addr"])
            sums[who] -= size
    return best
