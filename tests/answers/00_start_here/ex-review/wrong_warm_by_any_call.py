def review(log):
    faults = []
    if any(x in "ab" and y in ("start", "stop") for x, y in zip(log, log[1:], strict=False)):
        faults.append("asynchronous")
    first = log.index("start")
    timed = [event for event in log[first:] if event in ("a", "b")]
    if sum(x != y for x, y in zip(timed, timed[1:], strict=False)) == 1:
        faults.append("blocks")
    if first == 0:
        faults.append("cold")
    if min(timed.count("a"), timed.count("b")) < 11:
        faults.append("few")
    return faults
