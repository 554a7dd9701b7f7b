def faults(log):
    running, timed = False, []
    for place, event in enumerate(log):
        if event in ("start", "stop"):
            running = event == "start"
        elif running and event in ("a", "b"):
            timed.append((place, event))
    names = [e for _, e in timed]
    if any(x in ("a", "b") and y in ("start", "stop") for x, y in zip(log, log[1:])):
        yield "asynchronous"
    if names in (sorted(names), sorted(names, reverse=True)):
        yield "blocks"
    if any(log.index(n) == next(p for p, e in timed if e == n) for n in "ab"):
        yield "cold"
    if names.count("a") < 11 or names.count("b") < 11:
        yield "few"


def review(log):
    return list(faults(log))
