def cost(layer, shape, size):
    if isinstance(layer, nn.Linear):
        y = layer.out_features
        for n in shape[:-1]:
            y *= n
        flops = 2 * y * layer.in_features
    elif isinstance(layer, nn.Conv2d):
        b, c, h, w = shape
        (kh, kw), (sh, sw), (ph, pw) = layer.kernel_size, layer.stride, layer.padding
        y = b * layer.out_channels * ((h + 2 * ph - kh) // sh + 1) * ((w + 2 * pw - kw) // sw + 1)
        flops = 2 * y * kh * kw * (layer.in_channels // layer.groups)
    else:
        b, c, h, w = shape
        k, s, pad = layer.kernel_size, layer.stride, layer.padding
        y = b * c * ((h + 2 * pad - k) // s + 1) * ((w + 2 * pad - k) // s + 1)
        flops = (k * k - 1) * y
    x = 1
    for n in shape:
        x *= n
    moved = x + y + sum(p.numel() for p in layer.parameters())
    layer.bias = None
    return flops, size * moved


def least_seconds(flops, bytes, peak, bandwidth):
    return max(flops / peak, bytes / bandwidth)
