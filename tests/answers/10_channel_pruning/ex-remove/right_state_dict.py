def remove(first, norm, second, keep):
    result = []
    for i, old in enumerate((first, norm, second)):
        new = copy.deepcopy(old)
        for name in list(new._parameters):
            p = new._parameters[name]
            if p is None or (i == 2 and name == "bias"):
                continue
            chosen = p.detach()[:, keep] if i == 2 else p.detach()[keep]
            new._parameters[name] = nn.Parameter(chosen.clone())
        for name in ("running_mean", "running_var"):
            if name in new._buffers:
                new._buffers[name] = new._buffers[name][keep].clone()
        result.append(new)
    result[0].out_channels = result[1].num_features = result[2].in_channels = len(keep)
    return tuple(result)
