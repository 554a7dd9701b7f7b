def time_calls(function, repeats, warmup, clock, wait):
    for _ in range(warmup):
        function()
        wait()
    times = []
    while len(times) < repeats:
        wait()
        before = clock()
        function()
        wait()
        times.append(clock() - before)
    return np.array(times)
