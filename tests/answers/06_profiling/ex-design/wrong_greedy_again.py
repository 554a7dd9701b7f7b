def replay(trace, bought):
    """ms of a step with the fixes in the list `bought`."""
    lanes = {}
    for work, (lane, ms) in trace.items():
        for fix in bought:
            ms *= fix["times"].get(work, 1)
            lane = fix["moves"].get(work, lane)
        lanes[lane] = lanes.get(lane, 0) + ms
    return max(lanes.values())


def choose(trace, fixes, hours):
    """The names of the fixes to buy with so many hours, a list."""
    bought = []
    while True:
        names = [fix["name"] for fix in bought]
        can = [
            f for f in fixes if f["name"] not in names and f["hours"] <= hours and f["needs"] in ("", *names)
        ]
        now = replay(trace, bought)
        gain = {f["name"]: (now - replay(trace, [*bought, f])) / f["hours"] for f in can}
        if not gain or max(gain.values()) <= 1e-9:
            return names
        fix = max(can, key=lambda f: gain[f["name"]])
        bought.append(fix)
        hours -= fix["hours"]
