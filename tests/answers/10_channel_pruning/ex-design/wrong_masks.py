def plan():
    return [True] * 16 + [False] * 16, [True] * 16 + [False] * 48
