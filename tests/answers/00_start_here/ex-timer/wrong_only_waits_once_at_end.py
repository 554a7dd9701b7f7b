def time_calls(function, repeats, warmup, clock, wait):
    wait()
    for _ in range(warmup):
        function()
    wait()
    times = []
    for i in range(repeats):
        start = clock()
        function()
        if i == repeats - 1:
            wait()
        times.append(clock() - start)
    return np.array(times)
