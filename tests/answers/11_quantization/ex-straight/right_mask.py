def fake_quantize(w, scale, zero_point, q_min, q_max):
    q = (w.detach() / scale).round() + zero_point
    mask = ((q >= q_min) & (q <= q_max)).to(w.dtype)
    value = scale * (torch.minimum(torch.maximum(q, q.new_tensor(q_min)), q.new_tensor(q_max)) - zero_point)
    return value + mask * (w - w.detach())
