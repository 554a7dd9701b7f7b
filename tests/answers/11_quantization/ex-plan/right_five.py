def bit_plan():
    plan = dict.fromkeys(["dense", "conv2", "conv1"], (3, "channel"))
    return plan | {"conv2": (2, "channel"), "conv1": (5, "channel")}
