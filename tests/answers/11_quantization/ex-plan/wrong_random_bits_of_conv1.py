def bit_plan():
    return {
        "conv1": (int(np.random.default_rng().integers(6, 9)), "tensor"),
        "conv2": (2, "channel"),
        "dense": (3, "channel"),
    }
