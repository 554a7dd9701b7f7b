def prune(weights, keeps):
    """A new state dict with the channels in keeps alone."""
    one, two = "stream1", "stream2"
    sides = {"stem": (one, None), "norm": (one, None), "head": (None, two)}
    for i, (s, t) in enumerate([(one, one), (one, two), (two, two)]):
        block, inner = f"block{i}", f"inner{i}"
        sides |= {f"{block}.conv1": (inner, s), f"{block}.norm1": (inner, None)}
        sides |= {f"{block}.conv2": (t, inner), f"{block}.norm2": (t, None)}
    sides["block1.skip"] = (one, two)
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
