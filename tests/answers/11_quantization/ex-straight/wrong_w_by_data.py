def fake_quantize(w, scale, zero_point, q_min, q_max):
    q = torch.clamp(torch.round(w.detach() / scale) + zero_point, q_min, q_max)
    w.data = ((q - zero_point) * scale).to(w.dtype)
    return w * 1
