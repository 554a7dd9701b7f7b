def bit_plan():
    return {"conv1": ("channel", 8), "conv2": ("channel", 2), "dense": ("channel", 3)}
