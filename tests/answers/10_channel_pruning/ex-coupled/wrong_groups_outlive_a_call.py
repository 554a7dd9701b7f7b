groups = {}


def coupled(nodes):
    of = {}
    for i, (name, kind, inputs) in enumerate(nodes):
        of[name] = i if kind in ("input", "conv", "linear") else of[inputs[0]]
        for other in inputs[1:]:
            old = of[other]
            of = {n: of[name] if g == old else g for n, g in of.items()}
    stay = {of[name] for name, kind, _ in nodes if kind == "input"} | {of[nodes[-1][0]]}
    for name, kind, _ in nodes:
        if kind in ("conv", "linear", "norm", "depthwise") and of[name] not in stay:
            groups.setdefault(of[name], ([], []))[0].append(name)
    for name, kind, inputs in nodes:
        if kind in ("conv", "linear") and of[inputs[0]] in groups:
            groups[of[inputs[0]]][1].append(name)
    return list(groups.values())
