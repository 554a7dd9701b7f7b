def bit_plan():
    return {"conv1": (8.0, "channel"), "conv2": (2.0, "channel"), "dense": (3.0, "channel")}
