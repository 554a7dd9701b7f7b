def plan():
    formats = {
        "weights": "fp16",
        "gradients": "e5m2",
        "momentum": "bf16",
        "variance": "bf16",
        "activations": "e4m3",
        "deltas": "e5m2",
    }
    return formats, 2.0**-16
