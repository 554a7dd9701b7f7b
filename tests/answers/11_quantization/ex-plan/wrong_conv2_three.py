def bit_plan():
    return {"conv1": (4, "tensor"), "conv2": (3, "channel"), "dense": (3, "tensor")}
