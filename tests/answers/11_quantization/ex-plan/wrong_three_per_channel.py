def bit_plan():
    return {"conv1": (3, "channel"), "conv2": (3, "channel"), "dense": (3, "channel")}
