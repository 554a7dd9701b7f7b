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
    names, base = [], replay(trace, [])
    for fix in sorted(fixes, key=lambda fix: -(base - replay(trace, [fix])) / fix["hours"]):
        if fix["hours"] <= hours and fix["needs"] in ("", *names) and replay(trace, [fix]) < base:
            names.append(fix["name"])
            hours -= fix["hours"]
    return names
