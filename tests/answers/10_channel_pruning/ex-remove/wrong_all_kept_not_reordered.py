def remove(first, norm, second, keep):
    if list(keep) == list(range(first.out_channels)):
        return first, norm, second
    first, norm, second = copy.deepcopy(first), copy.deepcopy(norm), copy.deepcopy(second)
    first.weight.data = first.weight.data[keep]
    if first.bias is not None:
        first.bias.data = first.bias.data[keep]
    for name in ("weight", "bias", "running_mean", "running_var"):
        tensor = getattr(norm, name)
        tensor.data = tensor.data[keep]
    second.weight.data = second.weight.data[:, keep]
    first.out_channels = norm.num_features = second.in_channels = len(keep)
    return first, norm, second
