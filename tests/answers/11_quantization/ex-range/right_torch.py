def affine(low, high, bits, symmetric=False):
    ends = torch.tensor([low, 0.0, high], dtype=torch.float64)
    if symmetric:
        scale, zero_point = ends.abs().max() / (2 ** (bits - 1) - 1), torch.tensor(0)
    else:
        scale = (ends.max() - ends.min()) / (2**bits - 1)
        zero_point = torch.round(-ends.min() / scale) if scale > 0 else torch.tensor(0)
    return (scale if scale > 0 else torch.tensor(1.0)), zero_point.int()
