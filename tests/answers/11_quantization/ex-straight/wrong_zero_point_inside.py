def fake_quantize(w, scale, zero_point, q_min, q_max):
    zero_point = torch.clamp(torch.as_tensor(zero_point, dtype=w.dtype), q_min + 1, q_max - 1)
    q = w / scale
    q = q + (torch.round(q) - q).detach() + zero_point
    return (torch.clamp(q, q_min, q_max) - zero_point) * scale
