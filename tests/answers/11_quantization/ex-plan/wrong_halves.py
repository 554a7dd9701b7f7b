def bit_plan():
    return {"conv1": (8, "channel"), "conv2": (2.5, "channel"), "dense": (2.5, "channel")}
