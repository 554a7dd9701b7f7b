def fake_quantize(w, scale, zero_point, q_min, q_max):
    q = w / scale
    soft = q - torch.sin(2 * torch.pi * q) / (2 * torch.pi)
    q = soft + (torch.round(q) - soft).detach() + zero_point
    return (torch.clamp(q, q_min, q_max) - zero_point) * scale
