def bit_plan():
    return {"conv1": (2, "tensor"), "conv2": (2, "tensor"), "dense": (3, "tensor")}
