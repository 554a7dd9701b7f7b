def fake_quantize(w, scale, zero_point, q_min, q_max):
    q = w / scale
    q = q + (torch.floor(q + 0.5) - q).detach() + zero_point
    return (torch.clamp(q, q_min, q_max) - zero_point) * scale
