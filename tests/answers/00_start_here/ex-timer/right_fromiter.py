def time_calls(function, repeats, warmup, clock, wait):
    def times():
        for i in range(warmup + repeats):
            wait(), wait()
            t0 = clock()
            function()
            wait()
            t1 = clock()
            if i >= warmup:
                yield t1 - t0

    return np.fromiter(times(), float)
