def bit_plan():
    return {"conv1": (8, "channel"), "conv2": (2, "channel"), "dense": (3, "tensor")}
