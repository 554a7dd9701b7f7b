def prune(weights, keeps):
    def groups(layer):
        block, _, part = layer.partition(".")
        if layer in ("stem", "norm"):
            return "stream1", None
        if layer == "head":
            return None, "stream2"
        i = block[-1]
        before = "stream2" if i == "2" else "stream1"
        after = "stream1" if i == "0" else "stream2"
        return {
            "conv1": ("inner" + i, before),
            "norm1": ("inner" + i, None),
            "conv2": (after, "inner" + i),
            "norm2": (after, None),
            "skip": (after, before),
        }[part]

    new = {}
    for name, t in weights.items():
        t = t.clone()
        for dim, group in enumerate(groups(name.rsplit(".", 1)[0])):
            if group and dim < t.ndim:
                t = t.index_select(dim, torch.tensor(keeps[group]))
        new[name] = t
    return new
