def plan():
    formats = dict.fromkeys(("weights", "momentum", "variance"), "fp16")
    return formats | dict.fromkeys(("gradients", "activations", "deltas"), "e4m3"), 1024.0
