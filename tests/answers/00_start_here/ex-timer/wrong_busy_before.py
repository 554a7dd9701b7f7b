def time_calls(function, repeats, warmup, clock, wait):
    def once():
        t = clock()
        function()
        wait()
        return clock() - t

    return np.array([once() for _ in range(warmup + repeats)])[warmup:]
