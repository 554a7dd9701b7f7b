def time_calls(function, repeats, warmup, clock, wait):
    for _ in range(warmup):
        function()
    wait()
    times = []
    for _ in range(repeats):
        start = clock()
        function()
        times.append(clock() - start)
    wait()
    return np.array(times)
