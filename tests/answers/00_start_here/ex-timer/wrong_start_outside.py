def time_calls(function, repeats, warmup, clock, wait):
    for _ in range(warmup):
        function()
    wait()
    times = []
    start = clock()
    for _ in range(repeats):
        function()
        wait()
        times.append(clock() - start)
    return np.array(times)
