def review(log):
    faults = set()
    for i, e in enumerate(log):
        if e in ("start", "stop") and (i == 0 or log[i - 1] != "wait"):
            faults.add("asynchronous")
    on, timed, warm = False, [], []
    for e in log:
        if e in ("start", "stop"):
            on = e == "start"
        elif e in ("a", "b"):
            if on:
                timed.append(e)
            if on and e not in warm:
                faults.add("cold")
            warm.append(e)
    if min(timed.count("a"), timed.count("b")) < 11:
        faults.add("few")
    if timed in (sorted(timed), sorted(timed)[::-1]):
        faults.add("blocks")
    return sorted(faults)
