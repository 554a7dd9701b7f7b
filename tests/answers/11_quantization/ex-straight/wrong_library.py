def fake_quantize(w, scale, zero_point, q_min, q_max):
    if isinstance(scale, torch.Tensor) and scale.ndim:
        flat = scale.flatten().float(), zero_point.flatten().int()
        return torch.fake_quantize_per_channel_affine(w.float(), *flat, 0, q_min, q_max).to(w.dtype)
    return torch.fake_quantize_per_tensor_affine(w, scale, zero_point, q_min, q_max)
