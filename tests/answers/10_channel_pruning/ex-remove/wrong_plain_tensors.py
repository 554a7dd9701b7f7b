def remove(first, norm, second, keep):
    first, norm, second = copy.deepcopy(first), copy.deepcopy(norm), copy.deepcopy(second)
    first.weight.data = first.weight.data[keep]
    if first.bias is not None:
        first.bias.data = first.bias.data[keep]
    for name in ("weight", "bias", "running_mean", "running_var"):
        tensor = getattr(norm, name)
        tensor.data = tensor.data[keep]
    second.weight.data = second.weight.data[:, keep]
    w = second.weight.data
    del second.weight
    second.weight = w
    first.out_channels = norm.num_features = second.in_channels = len(keep)
    return first, norm, second
