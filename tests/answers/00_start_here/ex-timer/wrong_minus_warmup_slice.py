def time_calls(function, repeats, warmup, clock, wait):
    wait()
    times = []
    for _ in range(warmup + repeats):
        start = clock()
        function()
        wait()
        times.append(clock() - start)
    return np.array(times)[:-warmup]
