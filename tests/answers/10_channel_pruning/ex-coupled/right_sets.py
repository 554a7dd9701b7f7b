def coupled(nodes):
    sets = []
    for name, kind, inputs in nodes:
        mine = {name}
        if kind not in ("conv", "linear", "input"):
            for s in [s for s in sets if s & set(inputs)]:
                mine |= s
                sets.remove(s)
        sets.append(mine)
    kinds = {n: k for n, k, _ in nodes}
    out = []
    for s in sets:
        if nodes[-1][0] in s or any(kinds[n] == "input" for n in s):
            continue
        made = [n for n, k, _ in nodes if n in s and k in {"conv", "linear", "norm", "depthwise"}]
        read = [n for n, k, i in nodes if k in {"conv", "linear"} and i[0] in s]
        out.append([made, read])
    place = [n for n, _, _ in nodes].index
    return sorted(out, key=lambda group: place(group[0][0]))
