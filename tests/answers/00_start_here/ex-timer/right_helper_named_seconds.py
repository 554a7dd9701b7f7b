def seconds(function, clock, wait):
    wait()
    start = clock()
    function()
    wait()
    return clock() - start


def time_calls(function, repeats, warmup, clock, wait):
    for _ in range(warmup):
        function()
    return np.array([seconds(function, clock, wait) for _ in range(repeats)])
