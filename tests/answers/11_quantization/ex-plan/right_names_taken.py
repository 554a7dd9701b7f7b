np = torch = store = try_out = show_progress = seed = quick = None
table = digits = packed = moved = data = cnn = emit = check = None


def bit_plan():
    return {"conv1": (7, "channel"), "conv2": (2, "channel"), "dense": (3, "channel")}
