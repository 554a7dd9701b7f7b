def time_calls(function, repeats, warmup, clock, wait):
    for _ in range(warmup):
        function()
    wait()
    times = []
    for _ in range(repeats):
        times.append(clock())
        function()
        wait()
    return np.diff(times)
