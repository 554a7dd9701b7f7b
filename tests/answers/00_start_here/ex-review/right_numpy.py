def review(log):
    events = np.array(log)
    call = np.isin(events, ["a", "b"])
    reading = np.isin(events, ["start", "stop"])
    running = np.cumsum(events == "start") > np.cumsum(events == "stop")
    where = {name: np.flatnonzero((events == name) & running) for name in "ab"}
    a, b = where["a"], where["b"]
    faults = {
        "asynchronous": bool((call[:-1] & reading[1:]).any()),
        "blocks": a.max() < b.min() or b.max() < a.min(),
        "cold": any(np.flatnonzero(events == name)[0] == where[name][0] for name in "ab"),
        "few": len(a) < 11 or len(b) < 11,
    }
    return [name for name in faults if faults[name]]
