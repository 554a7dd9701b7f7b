def time_calls(function, repeats, warmup, clock, wait):
    (function() for _ in range(warmup))
    wait()
    times = []
    for _ in range(repeats):
        start = clock()
        function()
        wait()
        times.append(clock() - start)
    return np.array(times)
