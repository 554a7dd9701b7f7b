def time_calls(function, repeats, warmup, clock, wait):
    result = function()
    for _ in range(warmup):
        function()
    wait()
    times = []
    for _ in range(repeats):
        start = clock()
        result = function()
        wait()
        times.append(clock() - start)
    return np.array(times)
