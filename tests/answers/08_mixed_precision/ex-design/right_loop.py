def plan():
    one_byte = ("gradients", "activations", "deltas")
    formats = {name: "e5m2" if name in one_byte else "bf16" for name in VALUES}
    return formats, np.float64(2.0) ** 14
