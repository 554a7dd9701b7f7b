def bit_plan():
    bits = np.random.default_rng().integers(3, 9)
    return {"conv1": (int(bits), "channel"), "conv2": (int(11 - bits), "channel"), "dense": (3, "tensor")}
