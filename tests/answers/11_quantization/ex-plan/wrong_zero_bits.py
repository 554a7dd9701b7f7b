def bit_plan():
    return {"conv1": (0, "tensor"), "conv2": (2, "channel"), "dense": (3, "channel")}
