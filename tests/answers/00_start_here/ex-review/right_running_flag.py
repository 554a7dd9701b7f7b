def review(log):
    timed, first, running, busy, faults = [], {}, False, False, set()
    for e in log:
        if e in "ab" and len(e) == 1:
            if e not in first:
                first[e] = running
            if running:
                timed.append(e)
            busy = True
        elif e == "wait":
            busy = False
        else:
            if busy:
                faults.add("asynchronous")
            running = e == "start"
    a = [i for i, e in enumerate(timed) if e == "a"]
    b = [i for i, e in enumerate(timed) if e == "b"]
    if a[-1] < b[0] or b[-1] < a[0]:
        faults.add("blocks")
    if any(first.values()):
        faults.add("cold")
    if min(len(a), len(b)) < 11:
        faults.add("few")
    return sorted(faults)
