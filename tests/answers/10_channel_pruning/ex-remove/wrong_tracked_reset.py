def remove(first, norm, second, keep):
    """Three new modules that have the channels in keep between them, and no others."""
    first, norm, second = copy.deepcopy((first, norm, second))
    its = [first.weight, norm.weight, norm.bias, norm.running_mean, norm.running_var]
    for tensor in its + ([first.bias] if first.bias is not None else []):
        tensor.data = tensor.data[keep]
    second.weight.data = second.weight.data[:, keep]
    first.out_channels = norm.num_features = second.in_channels = len(keep)
    norm.num_batches_tracked.zero_()
    return first, norm, second
