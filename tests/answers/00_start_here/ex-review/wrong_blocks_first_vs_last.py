def review(log):
    running, timed = False, []
    for place, event in enumerate(log):
        if event in ("start", "stop"):
            running = event == "start"
        elif running and event in ("a", "b"):
            timed.append((place, event))
    places = {name: [place for place, event in timed if event == name] for name in "ab"}
    a, b = places["a"], places["b"]
    faults = {
        "asynchronous": any(x in "ab" and y in ("start", "stop") for x, y in zip(log, log[1:])),
        "blocks": timed[0][1] != timed[-1][1] and timed[0][1] == timed[1][1],
        "cold": any(log.index(name) == places[name][0] for name in "ab"),
        "few": min(len(a), len(b)) < 11,
    }
    return sorted(fault for fault, found in faults.items() if found)
