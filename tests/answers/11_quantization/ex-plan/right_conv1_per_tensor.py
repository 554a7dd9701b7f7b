def bit_plan():
    return {"conv1": (8, "tensor"), "conv2": (2, "channel"), "dense": (3, "channel")}
