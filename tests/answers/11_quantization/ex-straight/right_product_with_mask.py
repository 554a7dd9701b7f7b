def fake_quantize(w, scale, zero_point, q_min, q_max):
    q = (torch.round(w / scale) + zero_point).detach()
    value = (torch.clamp(q, q_min, q_max) - zero_point) * scale
    passes = w * ((q >= q_min) & (q <= q_max))
    return value.to(w.dtype) + (passes - passes.detach())
