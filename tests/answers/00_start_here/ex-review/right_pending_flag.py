def review(log):
    """A machine with four flags."""
    busy = running = False
    known, order, found = set(), [], set()
    for event in log:
        match event:
            case "wait":
                busy = False
            case "start" | "stop":
                if busy:
                    found.add("asynchronous")
                running = event == "start"
            case name:
                busy = True
                if running:
                    if name not in known:
                        found.add("cold")
                    order.append(name)
                known.add(name)
    if order == sorted(order) or order == sorted(order)[::-1]:
        found.add("blocks")
    if any(order.count(name) < 11 for name in ("a", "b")):
        found.add("few")
    return sorted(found)
