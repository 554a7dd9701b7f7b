def fixed_point(factor):
    mantissa, exponent = torch.frexp(torch.from_numpy(factor))
    m0 = torch.round(torch.ldexp(mantissa, torch.tensor(31))).long()
    shift = 31 - exponent.long()
    while (m0 == 2**31).any():
        shift[m0 == 2**31] -= 1
        m0[m0 == 2**31] //= 2
    return m0, shift


def integer_linear(x, x_zero, w, b, m0, shift, y_zero):
    x, w, b, m0, shift = (torch.from_numpy(value.copy()).long() for value in (x, w, b, m0, shift))
    acc = (x - x_zero) @ w.T + b
    return ((acc * m0 + (1 << (shift - 1)) >> shift) + y_zero).clamp(0, 255).to(torch.uint8)
