def time_calls(function, repeats, warmup, clock, wait):
    for _ in range(warmup):
        function()
    wait()
    times = []
    for _ in range(repeats):
        start = clock()
        function()
        wait()
        times.append(1000 * (clock() - start))
    return np.array(times)
