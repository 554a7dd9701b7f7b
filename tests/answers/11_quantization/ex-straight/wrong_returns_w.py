def fake_quantize(w, scale, zero_point, q_min, q_max):
    return w * 1
