def plan():
    formats = dict.fromkeys(("weights", "momentum", "variance"), "bf16")
    return formats | dict.fromkeys(("gradients", "activations", "deltas"), "e5m2"), 2.0**14
