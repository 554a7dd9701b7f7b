def prune(weights, keeps):
    a, b = "stream1", "stream2"
    table = {
        "stem.": (a, None),
        "norm.": (a, None),
        "block0.conv1": ("inner0", a),
        "block0.norm1": ("inner0", None),
        "block0.conv2": (a, "inner0"),
        "block0.norm2": (a, None),
        "block1.conv1": ("inner1", a),
        "block1.norm1": ("inner1", None),
        "block1.conv2": (b, "inner1"),
        "block1.norm2": (b, None),
        "block1.skip": (b, a),
        "block2.conv1": ("inner2", b),
        "block2.norm1": ("inner2", None),
        "block2.conv2": (b, "inner2"),
        "block2.norm2": (b, None),
        "head": (None, b),
    }
    new = {}
    for name, t in weights.items():
        out, into = next(v for k, v in table.items() if name.startswith(k))
        rows = keeps[out] if out else list(range(len(t)))
        if t.ndim == 0:
            new[name] = t.clone()
        elif t.ndim == 1:
            new[name] = t[rows]
        else:
            columns = keeps[into] if into else list(range(t.shape[1]))
            new[name] = t[rows][:, columns]
    return new
