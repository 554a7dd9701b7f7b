def cost(layer, shape, size):
    """(flops, bytes) of a layer's forward pass on an input of this shape."""
    if isinstance(layer, nn.Linear):
        y = int(np.prod(shape[:-1])) * layer.out_features
    else:
        pairs = [layer.kernel_size, layer.stride, layer.padding]
        pairs = [pair if isinstance(pair, tuple) else (pair, pair) for pair in pairs]
        sides = [
            (side + 2 * padding - k) // stride + 1
            for side, k, stride, padding in zip(shape[2:], *pairs, strict=True)
        ]
        channels = layer.out_channels if isinstance(layer, nn.Conv2d) else shape[1]
        y = shape[0] * channels * sides[0] * sides[1]
    if isinstance(layer, nn.MaxPool2d):
        flops = (layer.kernel_size**2 - 1) * y
    else:
        flops = 2 * y * layer.weight[0].numel() * getattr(layer, "groups", 1)
    stored = sum(p.numel() for p in layer.parameters())
    return flops, size * (int(np.prod(shape)) + y + stored)


def least_seconds(flops, bytes, peak, bandwidth):
    """The roofline: seconds at `peak` FLOPs and `bandwidth` bytes a second."""
    return max(flops / peak, bytes / bandwidth)
