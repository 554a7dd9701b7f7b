def review(log):
    faults, timed, on, busy, warm, cold, pending = set(), [], False, False, set(), False, set()
    for e in log:
        if e in ("a", "b"):
            busy = True
            if on:
                timed.append(e)
                cold |= e not in warm
            pending.add(e)
        elif e == "wait":
            busy = False
            warm |= pending
        else:
            if busy:
                faults.add("asynchronous")
            on = e == "start"
    t = "".join(timed)
    if "ab" not in t or "ba" not in t:
        faults.add("blocks")
    if cold:
        faults.add("cold")
    if t.count("a") < 11 or t.count("b") < 11:
        faults.add("few")
    return sorted(faults)
