def start(log):
    return [i for i, event in enumerate(log) if event == "start"]


def calls(log):
    running = False
    for i, event in enumerate(log):
        running = {"start": True, "stop": False}.get(event, running)
        if running and event in ("a", "b"):
            yield i, event


def review(log):
    timed = list(calls(log))
    words = [w for _, w in timed]
    faults = []
    last_wait_ok = True
    for event in log:
        if event in ("a", "b"):
            last_wait_ok = False
        elif event == "wait":
            last_wait_ok = True
        elif not last_wait_ok and "asynchronous" not in faults:
            faults.append("asynchronous")
    if sum(x != y for x, y in zip(words, words[1:])) == 1:
        faults.append("blocks")
    if any(log.index(w) == i for i, w in timed):
        faults.append("cold")
    if min(words.count("a"), words.count("b")) < 11:
        faults.append("few")
    return faults
