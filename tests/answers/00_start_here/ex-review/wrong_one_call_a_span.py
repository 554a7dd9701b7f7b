def review(log):
    timed = []
    for i, e in enumerate(log):
        if e == "start":
            j = i + 1
            while log[j] not in ("a", "b"):
                j += 1
            timed.append((j, log[j]))
    places = {name: [place for place, event in timed if event == name] for name in "ab"}
    a, b = places["a"], places["b"]
    faults = {
        "asynchronous": any(x in "ab" and y in ("start", "stop") for x, y in zip(log, log[1:])),
        "blocks": a[-1] < b[0] or b[-1] < a[0],
        "cold": any(log.index(name) == places[name][0] for name in "ab"),
        "few": min(len(a), len(b)) < 11,
    }
    return sorted(fault for fault, found in faults.items() if found)
