def time_calls(function, repeats, warmup, clock, wait):
    for _ in range(warmup):
        function()
    wait()
    seconds = np.zeros(repeats, dtype=int)
    for i in range(repeats):
        start = clock()
        function()
        wait()
        seconds[i] = clock() - start
    return seconds
