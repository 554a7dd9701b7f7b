def review(log):
    first = log.index("start")
    timed = [event for event in log[first:] if event in ("a", "b")]
    if any(x in "ab" and y in ("start", "stop") for x, y in zip(log, log[1:], strict=False)):
        return ["asynchronous"]
    if sum(x != y for x, y in zip(timed, timed[1:], strict=False)) == 1:
        return ["blocks"]
    if not {"a", "b"} <= set(log[:first]):
        return ["cold"]
    return ["few"] if min(timed.count("a"), timed.count("b")) < 11 else []
