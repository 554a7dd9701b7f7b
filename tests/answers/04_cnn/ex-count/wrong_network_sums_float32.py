def count(layer, shape):
    if layer["kind"] == "dense":
        fan_in = int(np.prod(shape))
        return (layer["out"],), (fan_in + layer["bias"]) * layer["out"], fan_in * layer["out"]
    channels, *sides = shape
    k, stride, padding = layer["kernel"], layer["stride"], layer.get("padding", 0)
    oh, ow = ((side + 2 * padding - k) // stride + 1 for side in sides)
    if layer["kind"] == "pool":
        return (channels, oh, ow), 0, 0
    fan_in = channels // layer["groups"] * k * k
    out = layer["out"]
    return (out, oh, ow), (fan_in + layer["bias"]) * out, fan_in * out * oh * ow


def count_network(layers, shape):
    total = np.zeros(2, np.float32)
    for layer in layers:
        shape, *more = count(layer, shape)
        total += np.array(more, np.float32)
    return shape, int(total[0]), int(total[1])
