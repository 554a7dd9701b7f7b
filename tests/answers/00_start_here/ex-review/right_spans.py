def spans(log):
    starts = [i for i, e in enumerate(log) if e == "start"]
    stops = [i for i, e in enumerate(log) if e == "stop"]
    return list(zip(starts, stops))


def review(log):
    calls = [(i, e) for s, t in spans(log) for i, e in enumerate(log) if s < i < t and e in ("a", "b")]
    names = [e for _, e in calls]
    faults = []
    if any(len(names) - names[::-1].index(x) - 1 < names.index(y) for x, y in ("ab", "ba")):
        faults.append("blocks")
    for x in "ab":
        if log.index(x) in [i for i, _ in calls] and "cold" not in faults:
            faults.append("cold")
    if min(map(names.count, "ab")) < 11:
        faults.append("few")
    for i in range(1, len(log)):
        if log[i] in ("start", "stop") and log[i - 1] in ("a", "b"):
            faults.append("asynchronous")
            break
    return sorted(faults)
