def review(log, faults=[]):  # noqa: B006
    running, timed = False, []
    for place, event in enumerate(log):
        if event in ("start", "stop"):
            running = event == "start"
        elif running and event in ("a", "b"):
            timed.append((place, event))
    a = [place for place, event in timed if event == "a"]
    b = [place for place, event in timed if event == "b"]
    if any(x in ("a", "b") and y in ("start", "stop") for x, y in zip(log, log[1:])):
        faults.append("asynchronous")
    if a[-1] < b[0] or b[-1] < a[0]:
        faults.append("blocks")
    if log.index("a") == a[0] or log.index("b") == b[0]:
        faults.append("cold")
    if len(a) < 11 or len(b) < 11:
        faults.append("few")
    return faults
