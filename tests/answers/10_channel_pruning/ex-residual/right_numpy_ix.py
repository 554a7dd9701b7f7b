def prune(weights, keeps):
    outs = {"stem": "stream1", "norm": "stream1", "head": None}
    ins = {"head": "stream2"}
    for i, (s, t) in enumerate((("stream1", "stream1"), ("stream1", "stream2"), ("stream2", "stream2"))):
        for layer, out in (
            ("conv1", f"inner{i}"),
            ("norm1", f"inner{i}"),
            ("conv2", t),
            ("norm2", t),
            ("skip", t),
        ):
            outs[f"block{i}.{layer}"] = out
        ins |= {f"block{i}.conv1": s, f"block{i}.conv2": f"inner{i}", f"block{i}.skip": s}
    new = {}
    for name, tensor in weights.items():
        layer, array = name.rpartition(".")[0], tensor.numpy()
        axes = [keeps.get(outs[layer]), keeps.get(ins.get(layer))][: array.ndim]
        for axis, keep in enumerate(axes):
            array = array if keep is None else np.take(array, keep, axis=axis)
        new[name] = torch.tensor(array)
    return new
