def plan():
    formats = {
        "weights": "fp16",
        "gradients": "e5m2",
        "momentum": "bf16",
        "variance": "bf16",
        "activations": "e5m2",
        "deltas": "e5m2",
    }
    scale = 2 ^ 14
    return formats, scale
