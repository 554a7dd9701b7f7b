def replay(trace, bought):
    """ms of a step with the fixes in the list `bought`."""
    lanes = {}
    for work, (lane, ms) in trace.items():
        for fix in bought:
            lane = fix["moves"].get(work, lane)
        ms *= min([1, *(fix["times"].get(work, 1) for fix in bought)])
        for fix in bought:
            lane = fix["moves"].get(work, lane)
        lanes[lane] = lanes.get(lane, 0) + ms
    return max(lanes.values())


def choose(trace, fixes, hours):
    """The names of the fixes to buy with so many hours, a list."""
    plans = []
    for number in range(len(fixes) + 1):
        for bought in itertools.combinations(fixes, number):
            names = sorted(fix["name"] for fix in bought)
            cost = sum(fix["hours"] for fix in bought)
            if cost <= hours and all(fix["needs"] in ("", *names) for fix in bought):
                plans.append((round(replay(trace, bought), 3), cost, names))
    return min(plans)[2]
