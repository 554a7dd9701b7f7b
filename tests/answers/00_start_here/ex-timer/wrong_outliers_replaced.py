def time_calls(function, repeats, warmup, clock, wait):
    for _ in range(warmup):
        function()
    wait()
    times = []
    for _ in range(repeats):
        start = clock()
        function()
        wait()
        times.append(clock() - start)
    times = np.array(times)
    middle = np.median(times)
    times[times > 3 * middle] = middle
    return times
