def coupled(nodes):
    number = {n: i for i, (n, _, _) in enumerate(nodes)}
    while True:
        before = dict(number)
        for name, kind, inputs in nodes:
            if kind in ("input", "conv", "linear"):
                continue
            least = min([number[name], *(number[i] for i in inputs)])
            for n in (name, *inputs):
                number[n] = least
        if number == before:
            break
    fixed = [number[n] for n, k, _ in nodes if k == "input"] + [number[nodes[-1][0]]]
    groups = {}
    for n, k, _ in nodes:
        if k in ("conv", "linear", "norm", "depthwise") and number[n] not in fixed:
            groups.setdefault(number[n], ([], []))[0].append(n)
    for n, k, i in nodes:
        if k in ("conv", "linear") and number[i[0]] in groups:
            groups[number[i[0]]][1].append(n)
    return list(groups.values())
