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
    a = [i for i, s in enumerate(spans) if "a" in s]
    b = [i for i, s in enumerate(spans) if "b" in s]
    if a[-1] < b[0] or b[-1] < a[0]:
        faults.add("blocks")
    if cold:
        faults.add("cold")
    if timed.count("a") < 11 or timed.count("b") < 11:
        faults.add("few")
    return sorted(faults)
