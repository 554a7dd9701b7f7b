def bit_plan():
    return {"conv1": (8, "channel"), "conv2": (3, "channel"), "dense": (2, "channel")}
