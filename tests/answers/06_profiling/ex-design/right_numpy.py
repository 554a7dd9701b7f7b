def replay(trace, bought):
    works = list(trace)
    ms = np.array([trace[work][1] for work in works])
    for fix in bought:
        ms = ms * [fix["times"].get(work, 1) for work in works]
    lanes = [trace[work][0] for work in works]
    for fix in bought:
        lanes = [fix["moves"].get(work, lane) for work, lane in zip(works, lanes)]
    return max(ms[np.array(lanes) == lane].sum() for lane in lanes)


def choose(trace, fixes, hours):
    plans = [[]]
    for fix in fixes:
        plans += [[*plan, fix] for plan in plans]

    def allowed(plan):
        names = {fix["name"] for fix in plan} | {""}
        return sum(f["hours"] for f in plan) <= hours and {f["needs"] for f in plan} <= names

    def key(plan):
        return (
            round(float(replay(trace, plan)), 3),
            sum(f["hours"] for f in plan),
            sorted(f["name"] for f in plan),
        )

    return tuple(f["name"] for f in min(filter(allowed, plans), key=key))
