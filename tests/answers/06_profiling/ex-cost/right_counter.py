from torch.utils.flop_counter import FlopCounterMode


def cost(layer, shape, size):
    x = torch.zeros(*shape)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        y = layer(x)
    flops = counter.get_total_flops()
    if isinstance(layer, nn.MaxPool2d):
        flops = y.numel() * (layer.kernel_size**2 - 1)
    moved = x.numel() + y.numel()
    for p in layer.parameters():
        moved += p.numel()
    return flops, moved * size


def least_seconds(flops, bytes, peak, bandwidth):
    compute = flops / peak
    move = bytes / bandwidth
    return compute if compute > move else move
