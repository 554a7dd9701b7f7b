def time_calls(function, repeats, warmup, clock, wait):
    start = clock()
    for _ in range(warmup):
        function()
    wait()
    times = []
    for _ in range(repeats):
        function()
        wait()
        times.append(clock() - start)
        start = clock()
    return np.array(times)
