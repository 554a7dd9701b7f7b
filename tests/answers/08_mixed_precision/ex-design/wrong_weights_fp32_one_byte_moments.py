def plan():
    formats = {
        "weights": "fp32",
        "gradients": "e5m2",
        "momentum": "e5m2",
        "variance": "e5m2",
        "activations": "e4m3",
        "deltas": "e5m2",
    }
    return formats, 2.0**16
