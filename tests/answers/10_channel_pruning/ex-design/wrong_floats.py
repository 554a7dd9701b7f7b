def plan():
    return [float(i) for i in range(16)], [float(i) for i in range(16)]
