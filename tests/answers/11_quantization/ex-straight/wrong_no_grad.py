def fake_quantize(w, scale, zero_point, q_min, q_max):
    with torch.no_grad():
        q = w / scale
        q = q + (torch.round(q) - q).detach() + zero_point
        out = (torch.clamp(q, q_min, q_max) - zero_point) * scale
    return out.requires_grad_(w.requires_grad)
