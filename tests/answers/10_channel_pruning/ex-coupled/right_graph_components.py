from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


def coupled(nodes):
    place = {name: i for i, (name, _, _) in enumerate(nodes)}
    edges = [(place[n], place[o]) for n, k, ins in nodes if k not in ("conv", "linear", "input") for o in ins]
    rows, columns = zip(*edges, strict=True) if edges else ((), ())
    graph = coo_array(([1] * len(edges), (rows, columns)), shape=(len(nodes),) * 2)
    _, label = connected_components(graph, directed=False)
    fixed = {label[place[n]] for n, k, _ in nodes if k == "input"} | {label[-1]}
    groups = {}
    for n, k, _ in nodes:
        if k in ("conv", "linear", "norm", "depthwise"):
            groups.setdefault(label[place[n]], ([], []))[0].append(n)
    for n, k, ins in nodes:
        if k in ("conv", "linear"):
            groups.setdefault(label[place[ins[0]]], ([], []))[1].append(n)
    return tuple(pair for g, pair in groups.items() if g not in fixed)
