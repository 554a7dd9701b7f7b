def plan():
    formats = {
        "weights": "fp16",
        "gradients": "e4m3",
        "momentum": "bf16",
        "variance": "bf16",
        "activations": "e5m2",
        "deltas": "e4m3",
    }
    return formats, 2.0**18
