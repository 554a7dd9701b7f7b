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
        new = tensor.clone() if tensor.dim() == 0 or name == "head.bias" else tensor
        if out is not None and new.dim():
            k = keeps[out]
            new = new[k[0] : k[-1] + 1] if k == list(range(k[0], k[-1] + 1)) else new[k]
        if into is not None and new.dim() > 1:
            k = keeps[into]
            new = new[:, k[0] : k[-1] + 1] if k == list(range(k[0], k[-1] + 1)) else new[:, k]
        result[name] = new
    return result
