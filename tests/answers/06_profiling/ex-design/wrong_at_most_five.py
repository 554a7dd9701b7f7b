def replay(trace, bought):
    lanes = {}
    for work, (lane, ms) in trace.items():
        for fix in bought:
            ms *= fix["times"].get(work, 1)
            lane = fix["moves"].get(work, lane)
        lanes[lane] = lanes.get(lane, 0) + ms
    return max(lanes.values())


def choose(trace, fixes, hours):
    best = None
    for n in range(min(6, len(fixes) + 1)):
        for plan in itertools.combinations(fixes, n):
            names = sorted(fix["name"] for fix in plan)
            cost = sum(fix["hours"] for fix in plan)
            if cost > hours or any(fix["needs"] and fix["needs"] not in names for fix in plan):
                continue
            rated = (round(replay(trace, plan), 3), cost, names)
            if best is None or rated < best:
                best = rated
    return best[2]
