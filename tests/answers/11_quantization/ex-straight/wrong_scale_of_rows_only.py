def fake_quantize(w, scale, zero_point, q_min, q_max):
    if torch.is_tensor(scale):
        rows = [-1] + [1] * (w.dim() - 1)
        scale, zero_point = scale.reshape(rows), zero_point.reshape(rows)
    q = w / scale
    q = q + (torch.round(q) - q).detach() + zero_point
    return (torch.clamp(q, q_min, q_max) - zero_point) * scale
