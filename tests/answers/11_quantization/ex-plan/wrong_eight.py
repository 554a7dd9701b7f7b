def bit_plan():
    return {"conv1": (8, "tensor"), "conv2": (8, "tensor"), "dense": (8, "tensor")}
