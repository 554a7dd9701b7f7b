def plan():
    formats = {
        "weights": "fp16",
        "gradients": "bf16",
        "momentum": "bf16",
        "variance": "bf16",
        "activations": "bf16",
        "deltas": "bf16",
    }
    return formats, 2.0**16
