def plan():
    formats = {
        "weights": "fp16",
        "gradients": "bf16",
        "momentum": "bf16",
        "variance": "e5m2",
        "activations": "e4m3",
        "deltas": "e5m2",
    }
    return formats, 2.0**16
