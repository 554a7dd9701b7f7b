def fake_quantize(w, scale, zero_point, q_min, q_max):
    low, high = (q_min - zero_point) * scale, (q_max - zero_point) * scale
    w = torch.minimum(
        torch.maximum(w, torch.as_tensor(low, dtype=w.dtype)), torch.as_tensor(high, dtype=w.dtype)
    )
    rounded = torch.round(w / scale) * scale
    return w + (rounded - w).detach()
