def prune(weights, keeps):
    groups = {
        "stem": ("stream1", None),
        "norm": ("stream1", None),
        "block1.skip": ("stream2", "stream1"),
        "head": (None, "stream2"),
    }
    for block, before, after in (
        (0, "stream1", "stream1"),
        (1, "stream1", "stream2"),
        (2, "stream2", "stream2"),
    ):
        inner = f"inner{block}"
        groups[f"block{block}.conv1"] = (inner, before)
        groups[f"block{block}.norm1"] = (inner, None)
        groups[f"block{block}.conv2"] = (after, inner)
        groups[f"block{block}.norm2"] = (after, None)
    result = {}
    for name, tensor in weights.items():
        out, into = groups[name.rpartition(".")[0]]
        new = tensor.clone()
        if out is not None and new.dim():
            new = new[keeps[out]]
        if into is not None and new.dim() > 1:
            new = new[:, keeps[into]]
        result[name] = new.squeeze(1) if new.dim() == 2 and new.shape[1] == 1 else new
    return result
