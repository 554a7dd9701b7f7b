def fake_quantize(w, scale, zero_point, q_min, q_max):
    q = w / scale
    q = q + (torch.round(q) - q).detach() + zero_point
    return (torch.clamp(q, max=q_max).relu() - zero_point) * scale
