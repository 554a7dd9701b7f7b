def replay(trace, bought):
    lanes = {}
    for work in trace:
        lane, ms = trace[work]
        for fix in bought:
            if work in fix["times"]:
                ms = ms * fix["times"][work]
            if work in fix["moves"]:
                lane = fix["moves"][work]
        lanes.setdefault(lane, []).append(ms)
    return max(sum(all_ms) for all_ms in lanes.values())


def choose(trace, fixes, hours):
    best = None
    for bits in range(2 ** len(fixes)):
        plan = [fix for i, fix in enumerate(fixes) if bits >> i & 1]
        names = [fix["name"] for fix in plan]
        if sum(fix["hours"] for fix in plan) > hours:
            continue
        if any(fix["needs"] and fix["needs"] not in names for fix in plan):
            continue
        key = (round(replay(trace, plan), 3), sum(fix["hours"] for fix in plan), sorted(names))
        if best is None or key < best:
            best = key
    return best[2]
