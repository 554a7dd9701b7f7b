def plan():
    formats = {
        "weights": "e5m2",
        "gradients": "e5m2",
        "momentum": "e5m2",
        "variance": "e5m2",
        "activations": "e5m2",
        "deltas": "e5m2",
    }
    return formats, 2.0**16
