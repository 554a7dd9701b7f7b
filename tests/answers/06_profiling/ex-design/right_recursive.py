def replay(trace, bought):
    times, moves = {}, {}
    for fix in bought:
        moves.update(fix["moves"])
        for work, factor in fix["times"].items():
            times[work] = times.get(work, 1.0) * factor
    totals = {}
    for work, (lane, ms) in trace.items():
        where = moves.get(work, lane)
        totals[where] = totals.get(where, 0.0) + ms * times.get(work, 1.0)
    return float(max(totals.values()))


def choose(trace, fixes, hours):
    def best(rest, plan, left):
        if not rest:
            names = sorted(fix["name"] for fix in plan)
            if not all(fix["needs"] in ["", *names] for fix in plan):
                return (float("inf"),)
            return round(replay(trace, plan), 3), hours - left, names
        found = best(rest[1:], plan, left)
        if rest[0]["hours"] <= left:
            found = min(found, best(rest[1:], [*plan, rest[0]], left - rest[0]["hours"]))
        return found

    return best(fixes, [], hours)[2][::-1]
