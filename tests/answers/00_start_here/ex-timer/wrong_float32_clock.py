def time_calls(function, repeats, warmup, clock, wait):
    for _ in range(warmup):
        function()
    wait()
    times = []
    for _ in range(repeats):
        start = np.float32(clock())
        function()
        wait()
        times.append(np.float32(clock()) - start)
    return np.array(times)
