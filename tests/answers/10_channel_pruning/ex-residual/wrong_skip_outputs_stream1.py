def prune(weights, keeps):
    """A new state dict with the channels in keeps alone."""
    sides = {"stem": ("stream1", None), "norm": ("stream1", None), "head": (None, "stream2")}
    for i, (s, t) in enumerate([("stream1",) * 2, ("stream1", "stream2"), ("stream2",) * 2]):
        sides |= {f"block{i}.conv1": (f"inner{i}", s), f"block{i}.norm1": (f"inner{i}", None)}
        sides |= {f"block{i}.conv2": (t, f"inner{i}"), f"block{i}.norm2": (t, None)}
    sides["block1.skip"] = ("stream1", "stream1")
    new = {}
    for name, tensor in weights.items():
        out, into = sides[name.rpartition(".")[0]]
        tensor = tensor.clone()
        if out and tensor.ndim:
            tensor = tensor[keeps[out]]
        if into and tensor.ndim > 1:
            tensor = tensor[:, keeps[into]]
        new[name] = tensor
    return new
