from torch.utils.flop_counter import FlopCounterMode


def module(layer, shape):
    options = {key: value for key, value in layer.items() if key != "kind"}
    if layer["kind"] == "pool":
        return nn.MaxPool2d(options["kernel"], options["stride"])
    if layer["kind"] == "dense":
        return nn.Sequential(nn.Flatten(), nn.LazyLinear(options["out"], options["bias"]))
    return nn.LazyConv2d(options.pop("out"), options.pop("kernel"), **options)


def count(layer, shape):
    return count_network([layer], shape)


def count_network(layers, shape):
    network, x = nn.Sequential(*[module(layer, shape) for layer in layers]), torch.zeros(1, *shape)
    with torch.no_grad():
        network(x)
        with FlopCounterMode(display=False) as counter:
            y = network(x)
    return tuple(y.shape[1:]), sum(p.numel() for p in network.parameters()), counter.get_total_flops() // 2
