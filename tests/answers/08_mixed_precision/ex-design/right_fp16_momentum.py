def plan():
    formats = {
        "weights": "fp16",
        "gradients": "e5m2",
        "momentum": "fp16",
        "variance": "bf16",
        "activations": "e5m2",
        "deltas": "e5m2",
    }
    return formats, 2.0**12
