def review(log):
    faults = []
    if all(log[i - 1] in "ab" for i, event in enumerate(log) if event in ("start", "stop")):
        faults.append("asynchronous")
    timed, seen, running = [], set(), False
    cold = False
    for event in log:
        if event in ("start", "stop"):
            running = event == "start"
        elif event in ("a", "b"):
            if running:
                timed.append(event)
                cold = cold or event not in seen
            seen.add(event)
    if sum(x != y for x, y in zip(timed, timed[1:], strict=False)) == 1:
        faults.append("blocks")
    if cold:
        faults.append("cold")
    if min(timed.count("a"), timed.count("b")) < 11:
        faults.append("few")
    return faults
