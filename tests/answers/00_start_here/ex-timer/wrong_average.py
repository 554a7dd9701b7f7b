def time_calls(function, repeats, warmup, clock, wait):
    for _ in range(warmup):
        function()
    wait()
    start = clock()
    for _ in range(repeats):
        function()
    wait()
    return np.full(repeats, (clock() - start) / repeats)
