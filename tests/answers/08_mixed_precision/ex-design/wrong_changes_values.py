def plan():
    for name in VALUES:
        VALUES[name] = 10
    return dict.fromkeys(
        ("weights", "gradients", "momentum", "variance", "activations", "deltas"), "fp32"
    ), 1.0
