def replay(trace, bought):
    import collections

    lanes = collections.defaultdict(float)
    for w in trace:
        lane, ms = trace[w]
        for d in bought:
            if w in d["times"]:
                ms = ms * d["times"][w]
            if w in d["moves"]:
                lane = d["moves"][w]
        lanes[lane] += ms
    return np.max(np.fromiter(lanes.values(), float))


def choose(trace, fixes, hours):
    plans = []
    for mask in np.ndindex(*[2] * len(fixes)):
        pl = [f for f, b in zip(fixes, mask) if b]
        if sum(f["hours"] for f in pl) <= hours and {f["needs"] for f in pl} - {""} <= {
            f["name"] for f in pl
        }:
            plans.append(pl)
    plans.sort(key=lambda pl: sorted(f["name"] for f in pl))
    plans.sort(key=lambda pl: sum(f["hours"] for f in pl))
    plans.sort(key=lambda pl: np.round(replay(trace, pl), 3))
    return list(f["name"] for f in plans[0])
