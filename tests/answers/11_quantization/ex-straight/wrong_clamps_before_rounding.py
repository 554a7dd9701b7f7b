def fake_quantize(w, scale, zero_point, q_min, q_max):
    q = torch.clamp(w / scale + zero_point, q_min, q_max)
    q = q + (torch.round(q) - q).detach()
    return (q - zero_point) * scale
