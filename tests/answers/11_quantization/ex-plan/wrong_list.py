def bit_plan():
    return [(8, "channel"), (2, "channel"), (3, "channel")]
