def coupled(nodes):
    """The groups that may be cut: a list of pairs (made, read) of lists of names."""
    of = {}  # name → number of its group
    for i, (name, kind, inputs) in enumerate(nodes):
        of[name] = i if kind in ("input", "conv", "linear") else of[inputs[0]]
        for other in inputs[1:]:
            old = of[other]
            of = {n: of[name] if g == old else g for n, g in of.items()}
    stay = {of[name] for name, kind, _ in nodes if kind == "input"} | {
        of[[n for n, k, _ in nodes if k in ("conv", "linear")][-1]]
    }
    groups = {}
    for name, kind, _ in nodes:  # in order, so that groups are, too
        if kind in ("conv", "linear", "norm", "depthwise") and of[name] not in stay:
            groups.setdefault(of[name], ([], []))[0].append(name)
    for name, kind, inputs in nodes:
        if kind in ("conv", "linear") and of[inputs[0]] in groups:
            groups[of[inputs[0]]][1].append(name)
    return list(groups.values())
