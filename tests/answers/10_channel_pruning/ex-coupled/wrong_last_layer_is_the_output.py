def coupled(nodes):
    kinds = {name: kind for name, kind, _ in nodes}
    of = {}
    for name, kind, inputs in nodes:
        if kind in ("input", "conv", "linear"):
            of[name] = len(of)
        else:
            of[name] = of[inputs[0]]
            if kind == "add":
                for other in inputs[1:]:
                    old, new = of[other], of[inputs[0]]
                    of = {n: new if g == old else g for n, g in of.items()}
    fixed = {of[n] for n, k, _ in nodes if k == "input"} | {
        of[[n for n, k, _ in nodes if k in ("conv", "linear")][-1]]
    }
    result = []
    for group in dict.fromkeys(of.values()):
        if group in fixed:
            continue
        made = [n for n, k, _ in nodes if of[n] == group and k in ("conv", "linear", "norm", "depthwise")]
        read = [n for n, k, i in nodes if k in ("conv", "linear") and of[i[0]] == group]
        result.append((made, read))
    return result
