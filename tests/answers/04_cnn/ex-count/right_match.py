from math import prod


def count(layer, shape):
    match layer:
        case {"kind": "dense", "out": n, "bias": bias}:
            weights = n * prod(shape)
            return (n,), weights + n * int(bias), weights
        case {"kind": "pool", "kernel": k, "stride": s}:
            c, h, w = shape
            return (c, len(range(0, h - k + 1, s)), len(range(0, w - k + 1, s))), 0, 0
        case {"kind": "conv", "out": o, "kernel": k, "stride": s, "padding": p, "groups": g, "bias": bias}:
            c, h, w = shape
            h, w = len(range(0, h + 2 * p - k + 1, s)), len(range(0, w + 2 * p - k + 1, s))
            weights = g * (c // g) * (o // g) * k**2
            return (o, h, w), weights + o * bias, weights * h * w


def count_network(layers, shape):
    if not layers:
        return shape, 0, 0
    first, parameters, macs = count(layers[0], shape)
    last, more, work = count_network(layers[1:], first)
    return last, parameters + more, macs + work
