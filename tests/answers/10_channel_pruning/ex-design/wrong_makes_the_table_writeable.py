def plan():
    MILLISECONDS.setflags(write=True)
    MILLISECONDS[:] = 0.5
    return list(range(32)), list(range(64))
