def remove(first, norm, second, keep):
    def conv(old, n_in, n_out):
        new = nn.Conv2d(
            n_in,
            n_out,
            old.kernel_size,
            old.stride,
            old.padding,
            old.dilation,
            1,
            old.bias is not None,
            old.padding_mode,
            dtype=old.weight.dtype,
        )
        return new.train(old.training)

    a = conv(first, first.in_channels, len(keep))
    b = nn.BatchNorm2d(len(keep), norm.eps, norm.momentum, dtype=norm.weight.dtype).train(norm.training)
    c = conv(second, len(keep), second.out_channels)
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
