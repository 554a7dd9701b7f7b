def bit_plan():
    return {"conv1": (1, "channel"), "conv2": (2, "channel"), "dense": (3, "channel")}
