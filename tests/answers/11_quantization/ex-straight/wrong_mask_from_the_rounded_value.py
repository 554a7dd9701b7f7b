def fake_quantize(w, scale, zero_point, q_min, q_max):
    q = torch.clamp(torch.round(w / scale) + zero_point, q_min, q_max)
    value = ((q - zero_point) * scale).detach()
    inside = (value - w).abs() <= 0.5 * torch.as_tensor(scale).max()
    return torch.where(inside, w + (value - w).detach(), value)
