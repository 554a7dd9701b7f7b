def bit_plan():
    return {"conv1": (3, "tensor"), "conv2": (3, "tensor"), "dense": (3, "tensor")}
