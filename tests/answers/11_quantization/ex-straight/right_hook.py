def fake_quantize(w, scale, zero_point, q_min, q_max):
    q = torch.round(w.detach() / scale) + zero_point
    inside = (q >= q_min) * (q <= q_max)
    out = w.clone()
    if out.requires_grad:
        out.register_hook(lambda grad: grad * inside)
    out.data = ((torch.clamp(q, q_min, q_max) - zero_point) * scale).to(w.dtype)
    return out
