def cost(layer, shape, size):
    with torch.inference_mode():
        y = layer(torch.zeros(shape)).numel()
    stored = sum(p.numel() for p in layer.parameters())
    flops = (
        (layer.kernel_size**2 - 1) * y if isinstance(layer, nn.MaxPool2d) else 2 * y * layer.weight[0].numel()
    )
    return [flops, size * (int(np.prod(shape)) + y + stored)]


def least_seconds(flops, bytes, peak, bandwidth):
    return max(flops / peak, bytes / bandwidth)
