def bit_plan():
    return {"conv2": (2, "channel"), "dense": (3, "channel")}
