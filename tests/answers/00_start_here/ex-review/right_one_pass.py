def review(log):
    faults, seen, timed, running, before = set(), set(), [], False, None
    for event in log:
        if event in ("start", "stop"):
            running = event == "start"
            if before in ("a", "b"):
                faults.add("asynchronous")
        if event in ("a", "b"):
            if running:
                timed.append(event)
                if event not in seen:
                    faults.add("cold")
            seen.add(event)
        before = event
    changes = sum(x != y for x, y in zip(timed, timed[1:], strict=False))
    if changes == 1:
        faults.add("blocks")
    if min(timed.count("a"), timed.count("b")) <= 10:
        faults.add("few")
    return sorted(faults)
