def bit_plan():
    print({"conv1": (8, "channel"), "conv2": (2, "channel"), "dense": (3, "channel")})
