def bit_plan():
    return {"dense": [3, "channel"], "conv2": [2, "channel"], "conv1": [8, "channel"]}
