def plan():
    return [0.1] * 600, [64] * 600
