def plan():
    formats = dict.fromkeys(("weights", "momentum", "variance"), "fp16")
    return formats | dict.fromkeys(("gradients", "activations", "deltas"), "e5m2"), 16.0
