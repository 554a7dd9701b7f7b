def count(layer, shape):
    if layer["kind"] == "dense":
        fan_in = int(np.prod(shape))
        return (layer["out"],), (fan_in + layer["bias"]) * layer["out"], fan_in * layer["out"]
    channels, *sides = shape
    k, stride, padding = layer["kernel"], layer["stride"], layer.get("padding", 0)
    oh, ow = ((side + 2 * padding - k) // stride + 1 for side in sides)
    if layer["kind"] == "pool":
        return (channels, oh, ow), 0, 0
    fan_in = k * k if layer["groups"] == channels > 1 else channels // layer["groups"] * k * k
    out = layer["out"]
    return (
        (out, oh, ow),
        (fan_in + layer["bias"]) * out,
        fan_in * (channels if layer["groups"] == channels > 1 else out) * oh * ow,
    )


def count_network(layers, shape):
    parameters = macs = 0
    for layer in layers:
        shape, more_parameters, more_macs = count(layer, shape)
        parameters, macs = parameters + more_parameters, macs + more_macs
    return shape, parameters, macs
