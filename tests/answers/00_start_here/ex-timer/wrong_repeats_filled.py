def time_calls(function, repeats, warmup, clock, wait):
    for _ in range(warmup):
        function()
    wait()
    times = np.zeros(repeats)
    for _ in range(repeats):
        start = clock()
        function()
        wait()
        times = clock() - start
    return np.full(repeats, times)
