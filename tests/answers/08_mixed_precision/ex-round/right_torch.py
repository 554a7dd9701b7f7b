def round_to(x, e, m):
    t = torch.from_numpy(x.copy())
    bias = (1 << (e - 1)) - 1
    _, power = torch.frexp(t)
    spacing = torch.ldexp(torch.ones_like(t), power.clamp(min=2 - bias) - 1 - m)
    y = (t / spacing).round() * spacing
    y = torch.where(y.abs() >= 2.0 ** (bias + 1), torch.copysign(torch.full_like(y, torch.inf), t), y)
    return y.numpy()
