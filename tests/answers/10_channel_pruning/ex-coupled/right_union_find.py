def coupled(nodes):
    parent = {}

    def root(name):
        while parent[name] != name:
            name = parent[name]
        return name

    kind_of = {}
    for name, kind, inputs in nodes:
        kind_of[name] = kind
        parent[name] = name
        if kind not in ("conv", "linear"):
            for other in inputs:
                parent[root(name)] = root(other)
    stay = {root(n) for n, k in kind_of.items() if k == "input"} | {root(nodes[-1][0])}
    result = []
    seen = []
    for name, kind, _ in nodes:
        r = root(name)
        if r in stay or r in seen or kind not in ("conv", "linear", "norm", "depthwise"):
            continue
        seen.append(r)
        made = [n for n, k, i in nodes if root(n) == r and k in ("conv", "linear", "norm", "depthwise")]
        read = [n for n, k, i in nodes if k in ("conv", "linear") and root(i[0]) == r]
        result.append((made, read))
    return result
