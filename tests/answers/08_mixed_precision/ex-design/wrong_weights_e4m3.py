def plan():
    formats = {
        "weights": "e4m3",
        "gradients": "bf16",
        "momentum": "bf16",
        "variance": "bf16",
        "activations": "e4m3",
        "deltas": "e5m2",
    }
    return formats, 2.0**16
