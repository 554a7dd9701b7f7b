def time_calls(function, repeats, warmup, clock, wait):
    for _ in range(max(1, warmup)):
        function()
    wait()
    times = []
    for _ in range(repeats):
        start = clock()
        function()
        wait()
        times.append(clock() - start)
    return np.array(times)
