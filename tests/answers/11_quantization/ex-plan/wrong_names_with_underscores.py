def bit_plan():
    return {"conv_1": (8, "channel"), "conv_2": (2, "channel"), "dense": (3, "channel")}
