def time_calls(function, repeats, warmup, clock, wait):
    """Seconds of each of `repeats` calls, after `warmup` calls: array (repeats,)."""
    for _ in range(warmup):
        function()
    times = []
    for _ in range(repeats):
        wait()
        start = clock()
        function()
        wait()
        times.append(clock() - start)
    return np.mean(times)
