def fake_quantize(w, scale, zero_point, q_min, q_max):
    with torch.no_grad():
        q = torch.clamp(torch.round(w / scale) + zero_point, q_min, q_max)
        out = (q - zero_point) * scale
    return out.requires_grad_()
