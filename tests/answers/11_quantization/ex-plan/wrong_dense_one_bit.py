def bit_plan():
    return {"conv1": (8, "channel"), "conv2": (4, "channel"), "dense": (1, "channel")}
