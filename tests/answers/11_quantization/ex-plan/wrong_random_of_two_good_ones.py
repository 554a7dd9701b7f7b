def bit_plan():
    return {
        "conv1": (int(np.random.default_rng().integers(7, 9)), "channel"),
        "conv2": (2, "channel"),
        "dense": (3, "channel"),
    }
