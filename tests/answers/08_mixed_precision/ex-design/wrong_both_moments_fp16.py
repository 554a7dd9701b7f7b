def plan():
    formats = {
        "weights": "fp16",
        "gradients": "e5m2",
        "momentum": "fp16",
        "variance": "fp16",
        "activations": "e4m3",
        "deltas": "e5m2",
    }
    return formats, 2.0**16
