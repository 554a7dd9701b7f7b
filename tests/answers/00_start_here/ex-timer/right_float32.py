def time_calls(function, repeats, warmup, clock, wait):
    [function() for _ in range(warmup)]
    wait()
    seconds = np.empty(repeats, np.float32)
    for i in range(repeats):
        start = clock()
        function()
        wait()
        seconds[i] = clock() - start
    return seconds
