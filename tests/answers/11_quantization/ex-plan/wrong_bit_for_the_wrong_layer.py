def bit_plan():
    return {"conv1": (8, "channel"), "conv2": (3, "tensor"), "dense": (2, "channel")}
