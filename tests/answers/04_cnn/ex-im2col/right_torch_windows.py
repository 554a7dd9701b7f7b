def im2col(x, k, stride, padding):
    padded = nn.functional.pad(torch.tensor(x), (padding,) * 4)
    windows = padded.unfold(2, k, stride).unfold(3, k, stride)  # (b, c, oh, ow, k, k)
    return windows.permute(0, 2, 3, 1, 4, 5).flatten(3).flatten(0, 2)


def conv2d(x, kernels, bias, stride, padding):
    k, side = kernels.shape[-1], x.shape[2] + 2 * padding
    rows = im2col(x, k, stride, padding).to(torch.float64)
    maps = nn.functional.linear(rows, torch.tensor(kernels).flatten(1), torch.tensor(bias))
    return nn.Parameter(maps.reshape(len(x), (side - k) // stride + 1, -1, len(kernels)).permute(0, 3, 1, 2))
