def fake_quantize(w, scale, zero_point, q_min, q_max):
    q = w / scale
    q = q + (torch.round(q) - q).detach() + zero_point
    q = (torch.clamp(q, q_min, q_max) - zero_point) * scale
