def review(log):
    faults = []
    if any(x in "ab" and y in ("start", "stop") for x, y in zip(log, log[1:], strict=False)):
        faults.append("asynchronous")
    calls = [event for event in log if event in ("a", "b")]
    if sum(x != y for x, y in zip(calls, calls[1:], strict=False)) <= 2:
        faults.append("blocks")
    if log[0] == "start":
        faults.append("cold")
    if min(calls.count("a"), calls.count("b")) < 11:
        faults.append("few")
    return faults
