def bit_plan():
    return {"conv1": (2, "channel"), "conv2": (2, "channel"), "dense": (2, "channel")}
