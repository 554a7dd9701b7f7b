def bit_plan():
    return {"conv1": 8, "conv2": 2, "dense": 3}
