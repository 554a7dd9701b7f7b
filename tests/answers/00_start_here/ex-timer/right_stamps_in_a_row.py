def time_calls(function, repeats, warmup, clock, wait):
    for _ in range(warmup):
        function()
        wait()
    wait()
    stamps = [clock()]
    while len(stamps) <= repeats:
        function()
        wait()
        stamps.append(clock())
    return np.diff(stamps)
