def review(log):
    """The faults of a benchmark, from its log: a sorted list of words."""
    faults = set()
    busy = running = False
    timed = []
    called = set()
    for event in log:
        if event in ("a", "b"):
            if running:
                timed.append(event)
                if event not in called:
                    faults.add("cold")
            called.add(event)
            busy = True
        elif event == "wait":
            busy = False
        else:
            if busy:
                faults.add("asynchronous")
            running = event == "start"
    if log.count("a") < 11 or log.count("b") < 11:
        faults.add("few")
    if timed == sorted(timed) or timed == sorted(timed, reverse=True):
        faults.add("blocks")
    return sorted(faults)
