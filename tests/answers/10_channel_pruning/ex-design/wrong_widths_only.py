def plan():
    return 16, 16
