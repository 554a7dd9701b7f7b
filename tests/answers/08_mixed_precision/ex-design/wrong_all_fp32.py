def plan():
    formats = {
        "weights": "fp32",
        "gradients": "fp32",
        "momentum": "fp32",
        "variance": "fp32",
        "activations": "fp32",
        "deltas": "fp32",
    }
    return formats, 2.0**16
