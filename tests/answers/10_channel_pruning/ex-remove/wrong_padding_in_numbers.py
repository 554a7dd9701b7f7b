def remove(first, norm, second, keep):
    k = len(keep)
    new_first = (
        nn.Conv2d(
            first.in_channels,
            k,
            first.kernel_size,
            first.stride,
            tuple(0 if isinstance(it, str) else it for it in first.padding),
            first.dilation,
            bias=first.bias is not None,
            padding_mode=first.padding_mode,
        )
        if not isinstance(first.padding, str)
        else nn.Conv2d(first.in_channels, k, first.kernel_size, first.stride, bias=first.bias is not None)
    )
    norm, second = copy.deepcopy((norm, second))
    new_first.to(first.weight.dtype).train(first.training)
    new_first.weight.data = first.weight.data[keep]
    if first.bias is not None:
        new_first.bias.data = first.bias.data[keep]
    for tensor in (norm.weight, norm.bias, norm.running_mean, norm.running_var):
        tensor.data = tensor.data[keep]
    second.weight.data = second.weight.data[:, keep]
    norm.num_features = second.in_channels = k
    return new_first, norm, second
