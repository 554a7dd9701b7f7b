def review(log):
    faults, spans, cur, busy, warm, cold = set(), [], None, False, set(), False
    for e in log:
        if e in ("a", "b"):
            busy = True
            if cur is not None:
                cur.append(e)
                cold |= e not in warm
            warm.add(e)
        elif e == "wait":
            busy = False
        else:
            if busy:
                faults.add("asynchronous")
            if e == "start":
                cur = []
            else:
                spans.append(cur)
                cur = None
    timed = sum(spans, [])
    if "".join(timed).lstrip("a").lstrip("b") == "" or "".join(timed).lstrip("b").lstrip("a") == "":
        faults.add("blocks")
    if cold:
        faults.add("cold")
    if sum("a" in s for s in spans) < 11 or sum("b" in s for s in spans) < 11:
        faults.add("few")
    return sorted(faults)
