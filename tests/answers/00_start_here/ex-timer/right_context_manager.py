from contextlib import contextmanager


def time_calls(function, repeats, warmup, clock, wait):
    times = np.full(repeats, np.nan)

    @contextmanager
    def idle(index):
        wait()
        begin = clock()
        yield
        wait()
        if index >= 0:
            times[index] = clock() - begin

    for i in range(-warmup, repeats):
        with idle(i):
            function()
    return times
