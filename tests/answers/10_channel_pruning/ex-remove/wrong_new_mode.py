def remove(first, norm, second, keep):
    a = nn.Conv2d(
        first.in_channels,
        len(keep),
        first.kernel_size,
        stride=first.stride,
        padding=first.padding,
        dilation=first.dilation,
        padding_mode=first.padding_mode,
        bias=first.bias is not None,
        dtype=first.weight.dtype,
    )
    b = nn.BatchNorm2d(len(keep), eps=norm.eps, momentum=norm.momentum, dtype=norm.weight.dtype)
    c = nn.Conv2d(
        len(keep),
        second.out_channels,
        second.kernel_size,
        stride=second.stride,
        padding=second.padding,
        dilation=second.dilation,
        padding_mode=second.padding_mode,
        bias=second.bias is not None,
        dtype=second.weight.dtype,
    )
    with torch.no_grad():
        a.weight.copy_(first.weight[keep])
        if a.bias is not None:
            a.bias.copy_(first.bias[keep])
        for name in ("weight", "bias", "running_mean", "running_var"):
            getattr(b, name).copy_(getattr(norm, name)[keep])
        b.num_batches_tracked.copy_(norm.num_batches_tracked)
        c.weight.copy_(second.weight[:, keep])
        if c.bias is not None:
            c.bias.copy_(second.bias)
    return a, b, c
