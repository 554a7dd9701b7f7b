def plan():
    formats = {
        "weights": "fp16",
        "gradients": "fp16",
        "momentum": "e5m2",
        "variance": "bf16",
        "activations": "e4m3",
        "deltas": "e5m2",
    }
    return formats, 2.0**16
