def count(layer, shape):
    if layer["kind"] == "dense":
        fan_in, out = int(np.prod(shape)), layer["out"]
        return (out,), (fan_in + layer["bias"]) * out, fan_in * out
    channels, *sides = shape
    k, stride, padding = layer["kernel"], layer["stride"], layer.get("padding", 0)
    if layer["kind"] == "pool" and k == 1:
        stride = 1
    oh, ow = ((side + 2 * padding - k) // stride + 1 for side in sides)
    if layer["kind"] == "pool":
        return (channels, oh, ow), 0, 0
    fan_in = channels // layer["groups"] * k * k
    out = layer["out"]
    return (out, oh, ow), (fan_in + layer["bias"]) * out, fan_in * out * oh * ow


def count_network(layers, shape):
    parameters = macs = 0
    for layer in layers:
        shape, more_parameters, more_macs = count(layer, shape)
        parameters, macs = parameters + more_parameters, macs + more_macs
    return shape, parameters, macs
