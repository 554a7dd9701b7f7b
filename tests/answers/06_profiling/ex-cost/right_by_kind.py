def cost(layer, shape, size):
    match layer:
        case nn.Linear():
            rows = np.prod(shape[:-1])
            y = rows * layer.out_features
            flops = 2 * y * layer.in_features
            stored = layer.in_features * layer.out_features
            stored += 0 if layer.bias is None else layer.out_features
        case nn.Conv2d():
            (kh, kw), (sh, sw), (ph, pw) = layer.kernel_size, layer.stride, layer.padding
            b, c, h, w = shape
            oh, ow = (h + 2 * ph - kh) // sh + 1, (w + 2 * pw - kw) // sw + 1
            y = b * layer.out_channels * oh * ow
            fan_in = c // layer.groups * kh * kw
            flops = 2 * y * fan_in
            stored = layer.out_channels * (fan_in + (layer.bias is not None))
        case _:
            k, s, p = layer.kernel_size, layer.stride, layer.padding
            b, c, h, w = shape
            y = b * c * ((h + 2 * p - k) // s + 1) * ((w + 2 * p - k) // s + 1)
            flops, stored = y * (k * k - 1), 0
    return np.int64(flops), np.int64(size * (np.prod(shape) + y + stored))


def least_seconds(flops, bytes, peak, bandwidth):
    return float(np.maximum(flops / peak, bytes / bandwidth))
